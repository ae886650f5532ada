//! The closed sets that signs speak of: figures, comparisons, units of time and kinds of charts.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aggregate {
    Sum,
    Mean,
    Median,
    Min,
    Max,
    Std,
    Variance,
    /// Below which so many percent of the values lie.
    Quantile(u8),
    /// The value that occurs most.
    Mode,
    Skewness,
    Kurtosis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Over,
    AtLeast,
    Under,
    AtMost,
    Equal,
    Unequal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The hours that follow each other.
    Hour,
    /// 0 to 23, over all days.
    HourOfDay,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Decade,
    Weekday,
    /// Saturdays and Sundays against the other days.
    Weekend,
    /// January to December, over all years.
    MonthOfYear,
    /// Winter to autumn, over all years.
    Season,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chart {
    Bar,
    Line,
    Scatter,
    Pie,
    Histogram,
    Box,
    /// Some picture, whichever fits.
    Any,
}

use Aggregate::{Kurtosis, Max, Mean, Median, Min, Mode, Quantile, Skewness, Std, Sum, Variance};

impl Aggregate {
    /// As it is said of a column: "mean of …".
    pub fn noun(self) -> &'static str {
        match self {
            Sum => "total",
            Mean => "mean",
            Median => "median",
            Min => "minimum",
            Max => "maximum",
            Std => "standard deviation",
            Variance => "variance",
            Quantile(25) => "lower quartile",
            Quantile(75) => "upper quartile",
            Quantile(90) => "90th percentile",
            Quantile(95) => "95th percentile",
            Quantile(99) => "99th percentile",
            Quantile(_) => "10th percentile",
            Mode => "most common value",
            Skewness => "skewness",
            Kurtosis => "kurtosis",
        }
    }

    /// The figure of a column, as polars computes it.
    pub fn of(self, column: &str) -> String {
        let method = match self {
            Sum => "sum()",
            Mean => "mean()",
            Median => "median()",
            Min => "min()",
            Max => "max()",
            Std => "std()",
            Variance => "var()",
            Quantile(share) => {
                let share = f64::from(share) / 100.0;
                return format!("{column}.quantile({share}, interpolation=\"linear\")");
            }
            Mode => return format!("{column}.drop_nulls().mode().sort().first()"),
            Skewness => "skew()",
            Kurtosis => "kurtosis()",
        };
        format!("{column}.{method}")
    }

    /// Its figure is one of the values, or a sum of them, so it has as many digits as they do.
    pub fn is_exact(self) -> bool {
        matches!(self, Sum | Min | Max | Mode)
    }
}

impl Compare {
    /// The comparison that holds exactly where this one does not.
    pub fn opposite(self) -> Self {
        match self {
            Self::Over => Self::AtMost,
            Self::AtLeast => Self::Under,
            Self::Under => Self::AtLeast,
            Self::AtMost => Self::Over,
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Over => "is over",
            Self::AtLeast => "is at least",
            Self::Under => "is under",
            Self::AtMost => "is at most",
            Self::Equal => "is",
            Self::Unequal => "is not",
        }
    }
}

impl Unit {
    pub fn noun(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::HourOfDay => "hour of the day",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Decade => "decade",
            Self::Weekday => "weekday",
            Self::Weekend => "part of the week",
            Self::MonthOfYear => "month of the year",
            Self::Season => "season",
        }
    }

    /// Its groups come back in every year, week or day rather than following each other.
    pub fn recurs(self) -> bool {
        matches!(
            self,
            Self::HourOfDay | Self::Weekday | Self::Weekend | Self::MonthOfYear | Self::Season
        )
    }
}
