package io.gantry.cli;

/** How a list is printed. */
enum Format {
  TABLE,
  JSON
}
