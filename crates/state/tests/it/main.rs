//! The memory over real files and real processes.
#![cfg(test)]

mod child;
mod database;
mod processes;
mod records;
mod secret_service;
mod support;
mod traces;
mod transfer;
