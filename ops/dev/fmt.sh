step fmt "Formatting" maven -q spotless:apply
