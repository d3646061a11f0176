//! The command line as a person sees it: exit code, standard output and standard error.

mod demo;
mod help;
mod mistakes;
mod moving;
mod proved;
mod results;
mod transcript;
