//! Stories end to end: the real bot between both stand-ins, read like a conversation.

use deskbell_stage as stage;

mod activity;
mod apps;
mod audit;
mod bad_input;
mod binary;
mod browser;
mod cards;
mod channel_days;
mod commands;
mod connections;
mod copies;
mod crowds;
#[cfg(feature = "demo")]
mod demo;
#[cfg(not(feature = "demo"))]
mod demo_left_out;
mod desk;
mod desk_more;
mod desk_people;
mod desk_reading;
mod desk_scene;
mod door;
mod fairness;
mod faults;
mod first_start;
mod first_steps;
mod lead_joins;
mod mails;
mod member_look_up;
mod mentions;
mod mistakes;
mod names;
mod needs;
mod notifications;
mod operators;
mod panels;
mod people;
mod poison;
mod privacy;
mod program;
mod refusals;
mod revoked;
mod sealed;
mod set_up;
mod shards;
mod side_by_side;
mod streams;
mod stuck;
mod talk;
mod taps;
mod terminal;
mod told;
mod typed;
mod waiting;
mod walks;
