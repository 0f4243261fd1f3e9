# shellcheck shell=bash
step fmt "Formatting" maven -q spotless:apply
