//! Every choice after a failure keeps what the first one kept.

use proptest::prelude::*;
use tiergate_router::decide::{RefusalKind, Tried, Wanted, decide};

use super::laws::run;
use super::oracle;
use super::world::{Ask, NOW, world};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_hop_is_eligible_until_nothing_is_left(
        world in world(), flags in prop::collection::vec((prop::bool::weighted(0.2), prop::bool::weighted(0.2)), 64),
    ) {
        let pool = world.pool();
        let mask = world.mask(&pool);
        let Ok(first) = run(&world, &pool) else { return Ok(()) };
        let lowest = first.tier.unwrap_or(world.ask.floor);
        // as the router does it: the tier that was chosen first is the floor of what follows
        let after = Ask { floor: lowest.min(world.ask.ceiling), ..world.ask.clone() };
        let mut tried: Vec<Tried> = Vec::new();
        let mut next = first.candidate;
        for (provider, too_long) in flags {
            let seen = tried.iter().any(|each| each.candidate == next);
            prop_assert!(!seen, "a candidate is chosen once");
            tried.push(Tried { candidate: next, provider, too_long, shut: None });
            let left = oracle::eligible(&after, &pool, &tried);
            match decide(&pool, &after.query(mask.as_ref(), &tried), Wanted::tier(lowest.max(world.ask.floor)), NOW) {
                Ok(decision) => {
                    prop_assert!(left.contains(&(decision.candidate as usize)));
                    let model = pool.model(pool.candidate(decision.candidate));
                    prop_assert!(model.tier.is_none_or(|tier| tier <= world.ask.ceiling));
                    prop_assert!(world.ask.route.is_pin() || model.tier >= Some(lowest));
                    next = decision.candidate;
                }
                Err(refusal) => {
                    prop_assert!(left.is_empty());
                    let too_long = tried.iter().any(|each| each.too_long);
                    let kind = if too_long { RefusalKind::Window } else { RefusalKind::Failed };
                    prop_assert!([kind, RefusalKind::Failed].contains(&refusal.kind()));
                    break;
                }
            }
        }
    }
}
