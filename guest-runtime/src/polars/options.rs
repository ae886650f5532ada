//! The closed sets of words that operations take, and the options that several operations share.

use pl::{
    ClosedInterval, ClosedWindow, Duration, EWMOptions, InterpolationMethod, Label, QuantileMethod,
    RollingOptionsDynamicWindow, RollingOptionsFixedWindow, SortMultipleOptions, SortOptions, StartBy, TimeUnit,
    UniqueKeepStrategy, WindowMapping,
};
use polars::prelude as pl;
use polars::prelude::NonExistent;
use polars_core::series::ops::NullBehavior;
use rustpython_vm::{PyObject, VirtualMachine};

use super::{
    args::{Args, Argument},
    errors::Outcome,
};

/// Reads a word as one of a closed set; another word is a `ValueError` that names the set.
macro_rules! words {
    ($($set:ty { $($word:literal => $value:expr),* $(,)? })*) => {$(
        impl Argument for $set {
            fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
                let word = String::read(object, vm)?;
                match word.as_str() {
                    $($word => Ok($value),)*
                    _ => Err(vm.new_value_error(format!(
                        "expected one of {{{}}}, got {word}", [$(concat!("'", $word, "'")),*].join(", ")
                    )).into()),
                }
            }
        }
    )*};
}
words! {
    TimeUnit { "ns" => TimeUnit::Nanoseconds, "us" => TimeUnit::Microseconds, "ms" => TimeUnit::Milliseconds }
    ClosedInterval {
        "both" => ClosedInterval::Both, "left" => ClosedInterval::Left,
        "right" => ClosedInterval::Right, "none" => ClosedInterval::None,
    }
    ClosedWindow {
        "both" => ClosedWindow::Both, "left" => ClosedWindow::Left,
        "right" => ClosedWindow::Right, "none" => ClosedWindow::None,
    }
    QuantileMethod {
        "nearest" => QuantileMethod::Nearest, "lower" => QuantileMethod::Lower, "higher" => QuantileMethod::Higher,
        "midpoint" => QuantileMethod::Midpoint, "linear" => QuantileMethod::Linear,
        "equiprobable" => QuantileMethod::Equiprobable,
    }
    InterpolationMethod { "linear" => InterpolationMethod::Linear, "nearest" => InterpolationMethod::Nearest }
    NullBehavior { "ignore" => NullBehavior::Ignore, "drop" => NullBehavior::Drop }
    pl::RankMethod {
        "average" => pl::RankMethod::Average, "min" => pl::RankMethod::Min, "max" => pl::RankMethod::Max,
        "dense" => pl::RankMethod::Dense, "ordinal" => pl::RankMethod::Ordinal, "random" => pl::RankMethod::Random,
    }
    pl::RoundMode {
        "half_to_even" => pl::RoundMode::HalfToEven, "half_away_from_zero" => pl::RoundMode::HalfAwayFromZero,
    }
    WindowMapping {
        "group_to_rows" => WindowMapping::GroupsToRows, "join" => WindowMapping::Join,
        "explode" => WindowMapping::Explode,
    }
    Label { "left" => Label::Left, "right" => Label::Right, "datapoint" => Label::DataPoint }
    StartBy {
        "window" => StartBy::WindowBound, "datapoint" => StartBy::DataPoint, "monday" => StartBy::Monday,
        "tuesday" => StartBy::Tuesday, "wednesday" => StartBy::Wednesday, "thursday" => StartBy::Thursday,
        "friday" => StartBy::Friday, "saturday" => StartBy::Saturday, "sunday" => StartBy::Sunday,
    }
    UniqueKeepStrategy {
        "first" => UniqueKeepStrategy::First, "last" => UniqueKeepStrategy::Last,
        "none" => UniqueKeepStrategy::None, "any" => UniqueKeepStrategy::Any,
    }
    pl::Roll { "forward" => pl::Roll::Forward, "backward" => pl::Roll::Backward, "raise" => pl::Roll::Raise }
    NonExistent { "null" => NonExistent::Null, "raise" => NonExistent::Raise }
    pl::SearchSortedSide {
        "any" => pl::SearchSortedSide::Any, "left" => pl::SearchSortedSide::Left,
        "right" => pl::SearchSortedSide::Right,
    }
    pl::JoinValidation {
        "m:m" => pl::JoinValidation::ManyToMany, "m:1" => pl::JoinValidation::ManyToOne,
        "1:m" => pl::JoinValidation::OneToMany, "1:1" => pl::JoinValidation::OneToOne,
    }
    pl::MaintainOrderJoin {
        "none" => pl::MaintainOrderJoin::None, "left" => pl::MaintainOrderJoin::Left,
        "right" => pl::MaintainOrderJoin::Right, "left_right" => pl::MaintainOrderJoin::LeftRight,
        "right_left" => pl::MaintainOrderJoin::RightLeft,
    }
    pl::AsofStrategy {
        "backward" => pl::AsofStrategy::Backward, "forward" => pl::AsofStrategy::Forward,
        "nearest" => pl::AsofStrategy::Nearest,
    }
    pl::QuoteStyle {
        "necessary" => pl::QuoteStyle::Necessary, "always" => pl::QuoteStyle::Always,
        "non_numeric" => pl::QuoteStyle::NonNumeric, "never" => pl::QuoteStyle::Never,
    }
}

impl Argument for Duration {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        Ok(Self::try_parse(&String::read(object, vm)?)?)
    }
}

impl Args<'_> {
    /// `descending`, `nulls_last` of one column.
    pub fn sort(&mut self) -> Outcome<SortOptions> {
        let options = SortOptions::default()
            .with_order_descending(self.take()?)
            .with_nulls_last(self.take()?);
        Ok(options.with_multithreaded(false))
    }

    /// `descending`, `nulls_last`, `maintain_order` of several columns: the first two are lists of one flag for all or
    /// one for each column.
    pub fn sort_multiple(&mut self) -> Outcome<SortMultipleOptions> {
        Ok(SortMultipleOptions {
            descending: self.take()?,
            nulls_last: self.take()?,
            maintain_order: self.take()?,
            multithreaded: false,
            limit: None,
        })
    }

    /// `window_size`, `weights`, `min_samples`, `center`.
    pub fn rolling(&mut self) -> Outcome<RollingOptionsFixedWindow> {
        let window_size = self.take()?;
        let weights = self.take()?;
        let min_periods = self.take::<Option<usize>>()?.unwrap_or(window_size);
        Ok(RollingOptionsFixedWindow {
            window_size,
            weights,
            min_periods,
            center: self.take()?,
            fn_params: None,
        })
    }

    /// `window_size`, `min_samples`, `closed`.
    pub fn rolling_by(&mut self) -> Outcome<RollingOptionsDynamicWindow> {
        Ok(RollingOptionsDynamicWindow {
            window_size: self.take()?,
            min_periods: self.take()?,
            closed_window: self.take()?,
            fn_params: None,
        })
    }

    /// `alpha`, `adjust`, `bias`, `min_samples`, `ignore_nulls`.
    pub fn ewm(&mut self) -> Outcome<EWMOptions> {
        Ok(EWMOptions {
            alpha: self.take()?,
            adjust: self.take()?,
            bias: self.take()?,
            min_periods: self.take()?,
            ignore_nulls: self.take()?,
        })
    }

    /// `format`, `strict`, `exact`, `cache`.
    pub fn strptime(&mut self) -> Outcome<pl::StrptimeOptions> {
        Ok(pl::StrptimeOptions {
            format: self.take()?,
            strict: self.take()?,
            exact: self.take()?,
            cache: self.take()?,
        })
    }
}
