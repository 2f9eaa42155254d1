//! Buttons and selects. What they carry stands in the domain (`deskbell_domain::press`), so that sentences can name their
//! controls; `dispatch` is the one way from a press to the components that answer it.

pub(crate) mod channel_components;
pub(crate) mod contact_components;
pub(crate) mod dispatch;
pub(crate) mod given;
pub(crate) mod look;
pub(crate) mod place;
pub(crate) mod set_up;
pub(crate) mod settings_components;
