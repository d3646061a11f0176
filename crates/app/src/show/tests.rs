mod hostile;
mod pages;
mod problems;
mod sheets;
mod support_text;
mod terminal;
