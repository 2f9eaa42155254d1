//! The workspace itself: its name, its place, and its teammates.

use jiff::tz::TimeZone;

use crate::intercom::{Admin, AdminId, Intercom, OfficeHours, TeamId, Undeclared, state::State};

/// The workspace itself: its name, its place, and its teammates.
#[derive(Clone, Copy, Debug)]
pub struct WorkspaceHandle<'a> {
    intercom: &'a Intercom,
}

impl Intercom {
    /// The workspace itself: its name, its place, and its teammates.
    pub fn workspace(&self) -> WorkspaceHandle<'_> {
        WorkspaceHandle { intercom: self }
    }
}

impl WorkspaceHandle<'_> {
    /// Moves the workspace to another time zone.
    pub fn set_time_zone(self, time_zone: TimeZone) {
        self.intercom.set(|settings| settings.time_zone = time_zone);
    }

    /// Sets the workspace's id, which Intercom calls `id_code`.
    pub fn set_id(self, id: &str) {
        self.intercom.set(|settings| id.clone_into(&mut settings.workspace_id));
    }

    /// Sets the workspace's name.
    pub fn set_name(self, name: &str) {
        self.intercom.set(|settings| name.clone_into(&mut settings.workspace_name));
    }

    /// Sets the region that `GET /me` tells: `US`, `EU` or `AU`.
    pub fn set_region(self, region: &str) {
        self.intercom.set(|settings| region.clone_into(&mut settings.region));
    }

    /// Declares a custom attribute of contacts as a date.
    pub fn declare_date(self, attribute: &str) {
        self.intercom.set(|settings| settings.date_attributes.push(attribute.to_owned()));
    }

    /// Declares a custom attribute as text.
    pub fn declare_text(self, attribute: &str) {
        self.intercom.set(|settings| settings.text_attributes.push(attribute.to_owned()));
    }

    /// Decides what becomes of custom attributes that nobody has declared.
    pub fn set_undeclared(self, undeclared: Undeclared) {
        self.intercom.set(|settings| settings.undeclared = undeclared);
    }

    /// Adds a teammate.
    pub fn add_admin(self, name: &str, email: &str) -> AdminId {
        self.intercom.with(|state| state.add_admin(name, email))
    }

    /// Lists the bots among the teammates, as some workspaces have them, without an inbox seat. What they do under that id
    /// is done by [`ConversationsHandle::teammate`](crate::intercom::ConversationsHandle::teammate).
    pub fn list_operator_as_admin(self) -> AdminId {
        self.intercom.with(State::add_operator)
    }

    /// Adds a team.
    pub fn add_team(self, name: &str) -> TeamId {
        self.intercom.with(|state| state.add_team(name))
    }

    /// Puts a teammate into a team.
    pub fn join_team(self, admin: AdminId, team: TeamId) {
        self.intercom.with(|state| state.members.insert((team, admin)));
    }

    /// Takes the inbox seat of a teammate, who may not answer customers any more.
    pub fn take_inbox_seat(self, admin: AdminId) {
        self.intercom.with(|state| {
            let admins = state.admins.iter_mut().filter(|one| one.id == admin);
            admins.for_each(|admin| admin.has_inbox_seat = false);
        });
    }

    /// Sets the hours in which the workspace is open, the default ones first; none were set before.
    pub fn set_office_hours(self, schedules: &[OfficeHours]) {
        self.intercom.with(|state| state.office_hours = schedules.to_vec());
    }

    /// Every teammate; the first is the one whose token the client uses.
    pub fn admins(self) -> Vec<Admin> {
        self.intercom.with(|state| state.admins.clone())
    }
}
