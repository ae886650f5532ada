//! The stubs of what scripts may call beside Python and the libraries that are here unchanged.

/// The stub files by module name, in reading order.
pub const STUBS: &[(&str, &str)] = &[
    ("builtins", include_str!("../reference/builtins.pyi")),
    ("matplotlib.pyplot", include_str!("../reference/matplotlib_pyplot.pyi")),
    ("matplotlib.ticker", include_str!("../reference/matplotlib_ticker.pyi")),
    ("matplotlib.dates", include_str!("../reference/matplotlib_dates.pyi")),
];
