//! The words themselves. Phrases of one meaning stand together, divided by bars, each word in the form of its stem.

use super::{
    Aggregate::{Max, Mean, Median, Min, Std, Sum},
    Chart, Compare,
    Sign::{self, self as S},
    Unit,
};

/// Meanings with their phrases.
#[rustfmt::skip]
pub(super) const PHRASES: &[(Sign, &str)] = &[
    (S::Distinct, "\
        how many different|how many distinct|how many unique|number of different|number of distinct|\
        number of unique|distinct|unique|different value"),
    (S::Count, "\
        how many|number of|numbers of|count of|count the|how often|row count|rowcount|record count|count|\
        counts|frequency|total number of|total number|number|amount of"),
    (S::Rows, "row|record|entry|observation|data point"),
    (S::Aggregate(Sum), "sum of|sum|total|altogether|add up"),
    (S::Aggregate(Mean), "average|avg|mean"),
    (S::Aggregate(Median), "typical|median"),
    (S::Aggregate(Min), "minimum|min"),
    (S::Aggregate(Max), "maximum|max"),
    (S::Aggregate(Std), "standard deviation|std|std dev|stdev"),
    (S::By, "\
        group by|grouped by|broken down by|broken out by|breakdown by|break down by|split by|separated by|\
        colored by|coloured by|color by|colour by|stacked by|stack by|facet by|faceted by|partitioned by|\
        based on|depending on|for each|for every|in each|in every|of each|from each|across different|\
        between different|from different|for different|of different|with different|by|per|each|every|across|\
        among|different|various"),
    (S::And, "and|plus"),
    (S::Not, "not|no|isn't|aren't|without|except|excluding|exclude|other than"),
    (S::Where, "where|with|whose|having|for|when|if"),
    (S::In, "in|on|during|within|at"),
    (S::From, "from"),
    (S::To, "to|until|till|through"),
    (S::Compare(Compare::AtMost), "up to|at most|no more than|<="),
    (S::Between, "between"),
    (S::Since, "since"),
    (S::Before, "before|prior to|earlier than"),
    (S::After, "after|later than"),
    (S::Compare(Compare::Over), "over|above|more than|greater than|bigger than|larger than|higher than|exceeding|exceed|>"),
    (S::Compare(Compare::AtLeast), "at least|no less than|>=|or more"),
    (S::Compare(Compare::Under), "under|below|less than|fewer than|lower than|smaller than|<"),
    (S::Compare(Compare::Equal), "=|equal to|equal|exactly"),
    (S::Compare(Compare::Unequal), "!="),
    (S::Is, "is|are|was|were|be|equals"),
    (S::OverTime, "\
        over time|across time|over the year|over the month|through time|with time|with year|timeline|\
        time line|time series|timeseries|trend|trending|trended|evolve|evolved|evolution|develop|developed|\
        development|history"),
    (S::Unit(Unit::Year), "over year|year|yearly|annual|annually"),
    (S::Unit(Unit::Month), "over month|month|monthly"),
    (S::Unit(Unit::Hour), "hour|hourly"),
    (S::Unit(Unit::Weekday), "day of the week|day of week|weekday"),
    (S::Unit(Unit::Season), "month of the year|calendar month|seasonal|seasonality"),
    (S::Unit(Unit::Day), "day|daily"),
    (S::Unit(Unit::Week), "week|weekly"),
    (S::Unit(Unit::Quarter), "quarter|quarterly"),
    (S::Chart(Chart::Bar), "bar chart|bar graph|bar plot|barchart|barplot|column chart|stacked bar|bar"),
    (S::Chart(Chart::Line), "line chart|line graph|line plot|linechart|line"),
    (S::Chart(Chart::Scatter), "scatter plot|scatter chart|scatterplot|scatter|xy chart|xy plot|xyplot"),
    (S::Chart(Chart::Pie), "pie chart|pie|donut"),
    (S::Chart(Chart::Histogram), "histogram"),
    (S::Chart(Chart::Box), "box plot|boxplot"),
    (S::Chart(Chart::Any), "chart|plot|graph|draw|visualize|visualise|visualization"),
    (S::Top { least: false }, "top|highest|largest|biggest|greatest|best|leading"),
    (S::Top { least: true }, "bottom|lowest|smallest|worst"),
    (S::Most { least: true }, "fewest|least common|rarest|least"),
    (S::Most { least: false }, "most common|most frequent|most popular|most"),
    (S::Superlative { least: false, of: &["price", "cost", "fee", "charge"], }, "most expensive"),
    (S::Superlative { least: true, of: &["price", "cost", "fee", "charge"], }, "least expensive|cheapest"),
    (S::Superlative { least: false, of: &["weight", "mass"], }, "heaviest"),
    (S::Superlative { least: true, of: &["weight", "mass"], }, "lightest"),
    (S::Superlative { least: false, of: &["height"], }, "tallest"),
    (S::Superlative { least: false, of: &["length", "duration", "distance"], }, "longest"),
    (S::Superlative { least: true, of: &["length", "duration", "distance", "height"], }, "shortest"),
    (S::Superlative { least: false, of: &["age"], }, "oldest"),
    (S::Superlative { least: true, of: &["age"], }, "youngest"),
    (S::Superlative { least: false, of: &["speed"], }, "fastest"),
    (S::Superlative { least: true, of: &["speed"], }, "slowest"),
    (S::Superlative { least: false, of: &["income", "wealth", "gdp"], }, "richest"),
    (S::Superlative { least: true, of: &["income", "wealth", "gdp"], }, "poorest"),
    (S::Superlative { least: false, of: &["temperature", "temp"], }, "hottest|warmest"),
    (S::Superlative { least: true, of: &["temperature", "temp"], }, "coldest"),
    (S::Sort, "sort by|sorted by|order by|ordered by|ranked by|rank by|ranking by|in terms of|according to"),
    (S::Which, "which|who"),
    (S::Versus, "versus|vs|v|v s|against|compared to|compared with"),
    (S::Relation, "\
        does higher|does lower|does more|do higher|mean lower|mean higher|correlation|correlations|correlate|\
        correlated|relation|relationship|relate|related|goes together|go together|move together|heatmap|\
        heat map|matrix|associated|association|depend on|influence|affect"),
    (S::Distribution, "distribution|distributed|spread|range|quantile|quartile|percentile|breakdown|categorization"),
    (S::Share, "share|percentage|percent|proportion|fraction"),
    (S::Rate, "rate"),
    (S::Missing, "missing value|missing|null|empty|blank|nan|incomplete|completeness|gap"),
    (S::Look, "\
        what is in|what's in|look at|summary|summarise|summarize|overview|describe|description|explore|\
        analyse|analyze|analysis|profile|preview|insight|tell me about|what can you tell|what column|\
        which column|list the column|first row"),
    (S::List, "list|find|filter"),
    (S::Change, "change|changed|grow|grew|grown|growth|rise|rose|fall|fell|increase|increased|decrease|decreased"),
    (S::Difference, "compare|comparison|comparing|difference|differ|vary"),
    (S::Only, "only|just"),
    (S::FollowUp, "instead|what about|how about|and what about|now|the same|same"),
    (S::Also, "as well|also|too|additionally"),
    (S::Bins, "bin|bucket|interval"),
    (S::Future, "\
        predict|prediction|forecast|forecasting|extrapolate|projection|next year|next month|next week|\
        next quarter|tomorrow|in the future|future|going to|will"),
    (S::Why, "why|how come|reason|explain|cause|should|recommend"),
    (S::Undoable, "\
        delete|remove|email|mail|send|download|translate|weather today|joke|poem|impute|regression|\
        classifier|classify|cluster|clustering|machine learning|train|minus|ratio|running|moving|rolling|\
        cumulative|weighted|divided by|multiplied by|times|year over year|month over month|year on year|\
        month on month|yoy|outlier|duplicate|duplicated|p value|normalise|normalize|last month|last year|\
        last week|last quarter|this month|this year|this week|this quarter|yesterday|today"),
    (S::Greeting, "hello|hi|hey|good morning|good afternoon|good evening"),
    (S::Help, "help|what can you do|what can i ask|how does this work|who are you"),
    (S::Thanks, "thank|thank you|thanks|cheer|great"),
    (S::Month(1), "january"),
    (S::Month(2), "february"),
    (S::Month(3), "march"),
    (S::Month(4), "april"),
    (S::Month(6), "june"),
    (S::Month(7), "july"),
    (S::Month(8), "august"),
    (S::Month(9), "september"),
    (S::Month(10), "october"),
    (S::Month(11), "november"),
    (S::Month(12), "december"),
    (S::Quarter(1), "q1"),
    (S::Quarter(2), "q2"),
    (S::Quarter(3), "q3"),
    (S::Quarter(4), "q4"),
];

/// Words that carry nothing the rules need.
#[rustfmt::skip]
pub(super) const NOISE: &str = "\
    a perform coefficient pearson overall combined aggregated wise coloring colouring summed about above again all along am an any appear as ascending ax axe axes axis width available back been behave \
    being both broken build but calculate can case check choose clear color colored colour column come \
    compute contain could create csv data dataset depict depicting descending detail determine did \
    display distinguished do does doing done down easy entire exist existing facet faceting field figure \
    file full general generate get give given go got group grouped grouping had happen has have here how \
    i identify included individual information into it its kind know let level like likely look lot made \
    make many may me member might more much multiple must my need of off one ones or our out panel part \
    particular people percentage picture please present provide quickly regarding report respect result \
    s say see segregate segregated separate separated separately set show showing shown simple small so \
    some split stack stacked stay still table take tell than that the their them then there these they \
    thing this those through time together type understand up us use using value variable varied \
    vertical horizontal view want we well what which while whole worth would x y you your spreadsheet \
    really actually currently hence yet ever i'd i'm let's we'd what's it's that's there's can't don't \
    won't per within during via onto order sort sorted rank ranked ok okay yes no perhaps maybe kindly \
    quick mark point produced manufactured produce manufacture originate representing represent break \
    size item legend add number interested looking";

/// Words among these that may be the name of a column.
pub(super) const THINGS: &str =
    "color colour type kind level size item point mark group value worth stay variable field";

/// Words that stand for one another where a column has one of them; each line is a family.
#[rustfmt::skip]
pub(super) const SYNONYMS: &[&str] = &[
    "revenue sale turnover sold sell earning income takings",
    "customer client buyer subscriber",
    "country nation origin",
    "region area territory zone origin",
    "price cost charge fee expense",
    "bill charge payment",
    "quantity qty unit amount",
    "amount spent spend spending",
    "state province",
    "city town",
    "date day time timestamp when",
    "salary pay wage income compensation",
    "gender sex",
    "mileage mpg fuel economy",
    "profit margin gain",
    "product item article sku good",
    "category type kind class segment",
    "employee staff worker",
    "department division dept",
    "population inhabitant people",
    "life health",
    "expectancy health",
    "rain rainfall precipitation",
    "temperature temp",
    "maker manufacturer brand make",
    "weigh weight mass",
    "power horsepower hp",
    "duration length tenure",
    "score rating grade mark",
    "vendor supplier seller",
    "month date",
];

/// Words of columns whose totals make sense.
#[rustfmt::skip]
pub(super) const ADDITIVE: &str = "\
    sales sale revenue amount total quantity qty count volume units unit cost costs profit spend \
    spending population orders clicks visits visitors views sold generation production budget expenses \
    expense turnover turnovers deaths births cases goals points runs hits listings trips \
    passengers imports exports tax discount downloads calls minutes hours precipitation rain rainfall \
    pop poptotal value credit debit balance payment paid stock shipped amounts umsatz menge betrag \
    anzahl summe kosten ventas ventes";

/// Words of columns whose totals say nothing, whatever else the name has.
#[rustfmt::skip]
pub(super) const NOT_ADDITIVE: &str = "\
    rate ratio percent percentage pct perc avg average mean median per price age score rating index \
    temperature temp min max share density year change";
