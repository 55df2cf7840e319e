//! The commands, one file each: parse arguments, call the pipeline, print the outcome.
