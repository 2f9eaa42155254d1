//! The stand-in for Intercom.
