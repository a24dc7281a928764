//! The policies of roles and the runs of pipelines, from the synthesized templates.

#![cfg(test)]

mod application;
mod attacks;
mod definition;
mod definition_fixture;
mod evaluation;
mod execution_queue;
mod fixture;
mod from;
mod inception;
mod missing_permissions;
mod names;
mod permission_use;
mod pipelines;
mod second_opinion;
mod stages;
mod support;
mod transcript;
mod updates;
