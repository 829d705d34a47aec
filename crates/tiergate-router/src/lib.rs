//! The embeddable router: score, tier, candidates, attempts and a metered reply; never serves HTTP.
