//! What roles may do and what pipelines do, decided and run from the synthesized templates.

#![cfg(test)]

mod application;
mod attacks;
mod definition;
mod definition_ground;
mod evaluation;
mod from;
mod granted;
mod ground;
mod inception;
mod line;
mod names;
mod pipelines;
mod rights;
mod second_opinion;
mod stages;
mod story;
mod support;
mod updates;
