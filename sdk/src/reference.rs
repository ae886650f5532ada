//! The stubs of everything that a script may call: the single source of the script reference.

/// The stub files by module name, in reading order.
pub const STUBS: &[(&str, &str)] = &[
    ("builtins", include_str!("../reference/builtins.pyi")),
    ("polars", include_str!("../reference/polars.pyi")),
    ("matplotlib.pyplot", include_str!("../reference/matplotlib_pyplot.pyi")),
    ("matplotlib.ticker", include_str!("../reference/matplotlib_ticker.pyi")),
    ("matplotlib.dates", include_str!("../reference/matplotlib_dates.pyi")),
];
