//! The Provider seam and its adapters: the only crate that knows a vendor's addresses, authentication and errors.
