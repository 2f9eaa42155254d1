//! `/access`: which roles may see customers.
//!
//! @everyone never may, and a role that is hardly a team only where a person says so again.

use crate::access::{Access, Export, Grant, Level};
use crate::audit::{Action, Deed};
use crate::crowd::Headcount;
use crate::home::Home;
use crate::ids::{GuildId, RoleId};
use crate::port::store::{AccessLists, ChangeOutcome, Stored};
use crate::service::as_before;
use crate::service::request::{NotDone, Request};

/// How often an edit is made anew; see [`service::notify`](crate::service::notify).
const TRIES: u32 = 20;

/// How an edit of the access list ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// It is written.
    Done(Access),
    /// It was so already.
    Needless(Access),
    /// Others changed it all the while.
    Contended,
}

/// Edits a server's access list; whoever was faster is not overwritten. It is written down who did it, if somebody did.
pub async fn edit(
    access: &dyn AccessLists,
    home: &Home,
    by: Option<&Deed>,
    edit: impl Fn(&mut Access) + Send + Sync,
) -> Stored<Edited> {
    for _ in 0..TRIES {
        let present = access.access(home).await?;
        let mut wanted = present.clone();
        edit(&mut wanted);
        if wanted == present {
            return Ok(Edited::Needless(present));
        }
        if access.change_access(home, wanted.clone(), by.cloned()).await? == ChangeOutcome::Changed {
            return Ok(Edited::Done(wanted));
        }
    }
    Ok(Edited::Contended)
}

/// The list as it is now.
pub(super) fn written(edited: Edited) -> Result<Access, NotDone> {
    match edited {
        Edited::Done(access) | Edited::Needless(access) => Ok(access),
        Edited::Contended => Err(NotDone::Contended),
    }
}

/// @everyone never counts, whatever is stored.
pub fn without_everyone(mut access: Access, guild: GuildId) -> Access {
    access.roles.remove(&guild.everyone());
    access
}

/// How a wish to give a role access ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowing {
    /// It has this access now.
    Given(Grant),
    /// It had this already.
    Already(Grant),
    /// So many hold the role that it is hardly a team: it is given this only by [`allow_anyway`].
    Crowd(Grant),
}

/// What somebody said a role is to be given. What they left out stays as it is; a role that has nothing gets the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WishedGrant {
    /// How far it goes.
    pub level: Option<Level>,
    /// Whether it may export.
    pub export: Option<Export>,
}

impl WishedGrant {
    /// All of a grant.
    pub fn exactly(grant: Grant) -> Self {
        Self { level: Some(grant.level), export: Some(grant.export) }
    }

    fn over(self, present: Grant) -> Grant {
        Grant { level: self.level.unwrap_or(present.level), export: self.export.unwrap_or(present.export) }
    }
}

/// Gives a role access, unless it is @everyone or a crowd.
pub async fn allow(
    request: &Request<'_>,
    role: RoleId,
    wish: WishedGrant,
    headcount: &Headcount,
) -> Result<Allowing, NotDone> {
    allow_over(request, role, wish, Grant::default(), headcount).await
}

/// The same for a role that was chosen where nothing can be said of how far it goes: it gets back what was taken from it
/// lately.
pub async fn allow_as_before(
    request: &Request<'_>,
    role: RoleId,
    headcount: &Headcount,
) -> Result<Allowing, NotDone> {
    refuse_everyone(request, role)?;
    let before = as_before::grant(request, role).await.unwrap_or_default();
    allow_over(request, role, WishedGrant::default(), before, headcount).await
}

async fn allow_over(
    request: &Request<'_>,
    role: RoleId,
    wish: WishedGrant,
    before: Grant,
    headcount: &Headcount,
) -> Result<Allowing, NotDone> {
    refuse_everyone(request, role)?;
    if headcount.is_crowd(role) {
        let present = request.access.access(&request.home).await?.roles.get(&role).copied();
        return Ok(Allowing::Crowd(wish.over(present.unwrap_or(before))));
    }
    give(request, role, wish, before).await
}

/// [Allow anyway].
pub async fn allow_anyway(request: &Request<'_>, role: RoleId, grant: Grant) -> Result<Allowing, NotDone> {
    refuse_everyone(request, role)?;
    give(request, role, WishedGrant::exactly(grant), grant).await
}

fn refuse_everyone(request: &Request<'_>, role: RoleId) -> Result<(), NotDone> {
    if role == request.home.guild.everyone() { Err(NotDone::Everyone) } else { Ok(()) }
}

/// `before` is what the wish is laid over where the role has nothing.
async fn give(
    request: &Request<'_>,
    role: RoleId,
    wish: WishedGrant,
    before: Grant,
) -> Result<Allowing, NotDone> {
    for _ in 0..TRIES {
        let present = request.access.access(&request.home).await?;
        let had = present.roles.get(&role).copied();
        let grant = wish.over(had.unwrap_or(before));
        if had == Some(grant) {
            return Ok(Allowing::Already(grant));
        }
        let deed = request.deed(Action::AccessGiven { role, grant });
        let mut wanted = present;
        wanted.roles.insert(role, grant);
        let changed = request.access.change_access(&request.home, wanted, Some(deed.clone())).await?;
        if changed == ChangeOutcome::Changed {
            request.did(&deed);
            return Ok(Allowing::Given(grant));
        }
    }
    Err(NotDone::Contended)
}

/// How a wish to take access from a role ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Withdrawal {
    /// It has none any more.
    Taken,
    /// It had none.
    HadNone,
}

/// Takes all access from a role.
pub async fn withdraw(request: &Request<'_>, role: RoleId) -> Result<Withdrawal, NotDone> {
    let had = request.access.access(&request.home).await?.roles.get(&role).copied();
    let deed = request.deed(Action::AccessTaken { role });
    let edited = edit(request.access, &request.home, Some(&deed), |access| {
        access.roles.remove(&role);
    });
    match edited.await? {
        Edited::Needless(_) => Ok(Withdrawal::HadNone),
        done => {
            written(done)?;
            if let Some(had) = had {
                as_before::remember_grant(request, role, had).await;
            }
            request.did(&deed);
            Ok(Withdrawal::Taken)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::store::MockAccessLists;
    use crate::service::fixture::{GUILD, Ports, home, still};

    const SALES: RoleId = RoleId(30);
    const EXPORTING: Grant = Grant { level: Level::Act, export: Export::Allowed };

    #[tokio::test]
    async fn two_people_who_add_a_role_at_once_both_succeed() {
        let mut lists = MockAccessLists::new();
        let mut reads = 0;
        lists.expect_access().times(2).returning(move |_| {
            reads += 1;
            let others = (reads == 2).then_some((RoleId(31), Grant::default()));
            Ok(Access { roles: others.into_iter().collect(), version: reads, ..Access::default() })
        });
        let mut writes = 0;
        lists.expect_change_access().times(2).returning(move |_, _, _| {
            writes += 1;
            Ok(if writes == 1 { ChangeOutcome::Conflict } else { ChangeOutcome::Changed })
        });
        let edited = edit(&lists, &home(), None, |access| {
            access.roles.insert(SALES, Grant::default());
        })
        .await;
        assert!(matches!(edited, Ok(Edited::Done(access)) if access.roles.len() == 2));
    }

    #[tokio::test]
    async fn nothing_is_written_for_everyone_or_for_a_crowd() {
        let (mut ports, time) = (Ports::default(), still());
        ports.access.expect_access().returning(|_| Ok(Access::default()));
        let request = ports.request(&time);
        let everyone = GUILD.everyone();
        let refused = allow(&request, everyone, WishedGrant::default(), &Headcount::default()).await;
        assert!(matches!(refused, Err(NotDone::Everyone)));
        let refused = allow_anyway(&request, everyone, Grant::default()).await;
        assert!(matches!(refused, Err(NotDone::Everyone)));
        let crowd = Headcount { roles: [(SALES, 51)].into(), members: Some(1000) };
        let asked = allow(&request, SALES, WishedGrant::exactly(EXPORTING), &crowd).await;
        assert!(matches!(asked, Ok(Allowing::Crowd(EXPORTING))));
    }

    #[tokio::test]
    async fn a_role_that_is_allowed_again_keeps_what_it_has() {
        let (mut ports, time) = (Ports::default(), still());
        let present = Access { roles: [(SALES, EXPORTING)].into(), ..Access::default() };
        ports.access.expect_access().returning(move |_| Ok(present.clone()));
        ports.short_lived.expect_kept().returning(|_, _| Ok(None));
        let team = Headcount { roles: [(SALES, 5)].into(), members: Some(1000) };
        let given = allow(&ports.request(&time), SALES, WishedGrant::default(), &team).await;
        assert!(matches!(given, Ok(Allowing::Already(EXPORTING))));
    }

    #[tokio::test]
    async fn what_is_not_said_of_a_role_stays_as_it_is() {
        let (mut ports, time) = (Ports::default(), still());
        let present = Access { roles: [(SALES, EXPORTING)].into(), ..Access::default() };
        ports.access.expect_access().returning(move |_| Ok(present.clone()));
        ports.access.expect_change_access().returning(|_, _, _| Ok(ChangeOutcome::Changed));
        let request = ports.request(&time);
        let team = Headcount { roles: [(SALES, 5)].into(), members: Some(1000) };
        let only_looks = WishedGrant { level: Some(Level::Look), ..WishedGrant::default() };
        let given = allow(&request, SALES, only_looks, &team).await;
        let expected = Grant { level: Level::Look, export: Export::Allowed };
        assert!(matches!(given, Ok(Allowing::Given(grant)) if grant == expected), "{given:?}");
        let crowd = Headcount { roles: [(SALES, 51)].into(), members: Some(1000) };
        let asked = allow(&request, SALES, only_looks, &crowd).await;
        assert!(matches!(asked, Ok(Allowing::Crowd(grant)) if grant == expected), "{asked:?}");
    }

    #[tokio::test]
    async fn a_role_that_is_chosen_again_gets_back_what_it_had_and_one_that_is_typed_only_what_was_typed() {
        let (mut ports, time) = (Ports::default(), still());
        let before = Access { roles: [(SALES, EXPORTING)].into(), ..Access::default() };
        ports.access.expect_access().times(2).returning(move |_| Ok(before.clone()));
        ports.access.expect_access().returning(|_| Ok(Access { version: 1, ..Access::default() }));
        ports.access.expect_change_access().returning(|_, _, _| Ok(ChangeOutcome::Changed));
        let kept = std::sync::Arc::new(std::sync::Mutex::new(None));
        let keep = kept.clone();
        ports.short_lived.expect_keep().once().returning(move |key, text, until| {
            *keep.lock().unwrap() = Some((key.clone(), text.to_owned(), until));
            Ok(())
        });
        ports.short_lived.expect_kept().returning(move |key, now| {
            let kept = kept.lock().unwrap().clone();
            Ok(kept.filter(|(of, _, until)| of == key && *until > now).map(|(_, text, _)| text))
        });
        let request = ports.request(&time);
        assert_eq!(withdraw(&request, SALES).await.ok(), Some(Withdrawal::Taken));
        let team = Headcount { roles: [(SALES, 5)].into(), members: Some(1000) };
        let typed = allow(&request, SALES, WishedGrant::default(), &team).await;
        assert!(matches!(typed, Ok(Allowing::Given(grant)) if grant == Grant::default()), "{typed:?}");
        let chosen = allow_as_before(&request, SALES, &team).await;
        assert!(matches!(chosen, Ok(Allowing::Given(EXPORTING))), "{chosen:?}");
    }
}
