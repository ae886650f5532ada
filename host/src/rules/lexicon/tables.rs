//! The words themselves. Phrases of one meaning stand together, divided by bars, each word in the form of its stem.

use super::{
    Aggregate::{Kurtosis, Max, Mean, Median, Min, Mode, Quantile, Skewness, Std, Sum, Variance},
    Chart, Compare,
    Sign::{self, self as S},
    Unit,
};

/// Meanings with their phrases.
#[rustfmt::skip]
pub(super) const PHRASES: &[(Sign, &str)] = &[
    (S::Distinct, "\
        how many different|how many distinct|how many unique|number of different|number of distinct|\
        number of unique|total number of unique|total number of distinct|how many kind of|how many type of|\
        distinct|unique|different value"),
    (S::Count, "\
        how many|number of|numbers of|count of|count the|how often|row count|rowcount|record count|count|\
        counts|frequency|total number of|total number|number|amount of"),
    (S::Rows, "row|record|entry|observation|data point|line item"),
    (S::Aggregate(Sum), "sum of|sum|total|altogether|add up|in total|overall total|combined"),
    (S::Aggregate(Mean), "average|avg|mean|on average|typically"),
    (S::Aggregate(Median), "typical|median"),
    (S::Aggregate(Min), "minimum|min"),
    (S::Aggregate(Max), "maximum|max"),
    (S::Aggregate(Std), "standard deviation|std|std dev|stdev|volatility"),
    (S::Aggregate(Variance), "variance"),
    (S::Aggregate(Mode), "mode"),
    (S::Aggregate(Skewness), "skewness|skew"),
    (S::Aggregate(Kurtosis), "kurtosis"),
    (S::Aggregate(Quantile(25)), "25th percentile|lower quartile|first quartile|lower quarter"),
    (S::Aggregate(Quantile(75)), "75th percentile|upper quartile|third quartile|upper quarter"),
    (S::Aggregate(Quantile(10)), "10th percentile"),
    (S::Aggregate(Quantile(90)), "90th percentile|p90"),
    (S::Aggregate(Quantile(95)), "95th percentile|p95"),
    (S::Aggregate(Quantile(99)), "99th percentile|p99"),
    (S::By, "\
        group by|grouped by|broken out by|breakdown by|break down by|partitioned by|\
        based on|depending on|for each|for every|in each|in every|of each|from each|across different|\
        between different|from different|for different|of different|with different|by|each|every|across|\
        among|different|various|grouped into|for all|versus each"),
    (S::Colour, "\
        colored by|coloured by|color by|colour by|color mark by|stacked by|stack by|facet by|faceted by|faceting on|faceting by|\
        split by|split it by|segregate by|segregated by|segregate it by|separate by|separated by|broken down by|break it down by|\
        different color for|one color for|small multiple by|small multiple for"),
    (S::Width, "bin width|bin width of|bin size|bin size of|width of bin|rounded to|step of"),
    (S::Polite, "\
        z score method|z score|iqr method|iqr|interquartile range|interquartile range method|quartile range method|quartile method|\
        shapiro wilk test|shapiro wilk|kolmogorov smirnov test|omnibus test|pearson correlation coefficient|pearson method|\
        significance level|two tailed test|two tailed|strength and direction|if so|if yes|small multiple|in the legend|to the legend|in legend|to legend|x axis|y axis|for example|at all|in ascending order|in descending order|in order|ascending order|descending order"),
    (S::Equalled, "reached it|reach it|have it|had it|share it|hit it|reached that|have that|had that|got it|match it|reached this|managed that"),
    (S::Per, "per|for a|for one"),
    (S::And, "and|plus|as well as|along with"),
    (S::Or, "or|either"),
    (S::Not, "\
        not|no|isn't|aren't|wasn't|weren't|don't|doesn't|didn't|without|without any|except|except for|excluding|\
        exclude|other than|outside of|outside|apart from|non|never|lacking|lack|leaving out|but not|hasn't|haven't|has no|have no|had no"),
    (S::Where, "where|with|whose|having|for|if|that|has|have|had"),
    (S::When, "when|on which day|on what day|on which date|what day|what date|which day|which date"),
    (S::In, "in|on|during|within|at|as of"),
    (S::From, "from"),
    (S::To, "to|until|till|through|thru"),
    (S::Compare(Compare::AtMost), "up to|at most|no more than|<="),
    (S::Between, "between"),
    (S::Since, "since|starting in|starting from|beginning in|from the start of"),
    (S::Before, "before|prior to|earlier than"),
    (S::After, "after|later than"),
    (S::Compare(Compare::Over), "over|above|more than|greater than|bigger than|larger than|higher than|exceeding|exceed|upwards of|>"),
    (S::Compare(Compare::AtLeast), "at least|no less than|no fewer than|minimum of|>="),
    (S::OrMore { least: false }, "or more|or above|or higher|or over|or greater|or better|or older|or longer|and above|and over|and up|and higher|and more"),
    (S::OrMore { least: true }, "or less|or fewer|or below|or lower|or under|or younger|and below|and under|and lower|and less|or shorter"),
    (S::Compare(Compare::Under), "under|below|less than|fewer than|lower than|smaller than|<"),
    (S::Compare(Compare::Equal), "=|equal to|equal|exactly|equals"),
    (S::Compare(Compare::Unequal), "!="),
    (S::Is, "is|are|was|were|be|been|being"),
    (S::OverTime, "\
        over time|across time|over the year|over the month|over the last month|over the last year|over the last week|through time|with time|with year|timeline|\
        time line|time series|timeseries|trend|trending|trended|evolve|evolved|evolution|develop|developed|\
        development|history"),
    (S::Unit(Unit::Year), "over year|year|yearly|annual|annually"),
    (S::Unit(Unit::Month), "over month|month|monthly"),
    (S::Unit(Unit::Hour), "hour|hourly"),
    (S::Unit(Unit::HourOfDay), "hour of the day|hour of day|time of day|at what hour|at which hour|what hour|which hour"),
    (S::Unit(Unit::Weekday), "day of the week|day of week|weekday"),
    (S::Unit(Unit::Weekend), "weekend vs weekday|weekend versus weekday|weekday vs weekend|weekday versus weekend|\
        weekend and weekday|weekday and weekend|weekend or weekday|weekend against weekday|weekend compared to weekday|\
        weekend compared with weekday|weekends than on weekdays|weekends than weekdays|weekdays than weekends|\
        weekdays than on weekends|weekend than on weekday|weekend than weekday|weekday than weekend|weekday than on weekend"),
    (S::Weekend(true), "weekend|on weekend|at the weekend|on the weekend"),
    (S::Unit(Unit::Decade), "decade"),
    (S::Unit(Unit::MonthOfYear), "month of the year|calendar month|seasonal|seasonality|seasonal pattern"),
    (S::Unit(Unit::Season), "season|season of the year|time of year"),
    (S::Unit(Unit::Day), "day|daily"),
    (S::Unit(Unit::Week), "week|weekly"),
    (S::Unit(Unit::Quarter), "quarter|quarterly"),
    (S::Latest, "last|latest|past|most recent|previous|current|this"),
    (S::Chart(Chart::Bar), "bar chart|bar graph|bar diagram|bar plot|barchart|barplot|column chart|stacked bar|bar"),
    (S::Chart(Chart::Line), "line chart|line graph|line plot|linechart|line"),
    (S::Chart(Chart::Scatter), "scatter plot|scatter chart|scatter graph|scatter diagram|scatterplot|scatter|xy chart|xy plot|xyplot"),
    (S::Chart(Chart::Pie), "pie chart|pie|donut"),
    (S::Chart(Chart::Histogram), "histogram|histogramm"),
    (S::Chart(Chart::Box), "box plot|boxplot|box and whisker plot|box and whisker"),
    (S::Chart(Chart::Any), "chart|plot|graph|draw|visualize|visualise|visualization|diagram|picture"),
    (S::Top { least: false }, "top|highest|largest|biggest|greatest|best|leading|maximal|peak"),
    (S::Top { least: true }, "bottom|lowest|smallest|worst|minimal"),
    (S::Most { least: true }, "fewest|least common|rarest|least"),
    (S::Most { least: false }, "most common|most frequent|most popular|most"),
    (S::More, "\
        more|less|higher|lower|better|worse|bigger|smaller|larger|fewer|longer|shorter|faster|slower|quicker|heavier|\
        lighter|cheaper"),
    (S::Sort, "sort it by|sort them by|sort by|sorted by|order by|ordered by|ranked by|rank by|ranking by|in terms of|according to"),
    (S::Which, "which|who|what are the name of|name the"),
    (S::Versus, "versus|vs|v|v s|against|compared to|compared with|in comparison to|relative to"),
    (S::Relation, "\
        does higher|does lower|does more|do higher|mean lower|mean higher|correlation|correlations|correlate|\
        correlation coefficient|tied most closely to|tied closely to|tied to|linked to|linked|link between|connected to|connection between|\
        most closely related to|predictor|\
        correlated|relation|relationship|relate|related|goes together|go together|move together|heatmap|\
        heat map|matrix|associated|association|depend on|influence|affect"),
    (S::Distribution, "distribution|distributed|spread|range|quantile|quartile|percentile|breakdown|categorization"),
    (S::Share, "share|percentage|percent|proportion|fraction|pct|in percent|in percentage|as a percentage|as percent|what part"),
    (S::Rate, "rate"),
    (S::Ratio, "\
        as a percentage of|as percentage of|as a percent of|as percent of|as a share of|as share of|as a fraction of|divided by|\
        as a proportion of|in relation to|ratio|ratio of|over total"),
    (S::Margin, "profit margin|gross margin|net margin|operating margin|margin|profit ratio"),
    (S::Growth(None), "growth rate|growth|growing|percent change|percentage change|percent growth|rate of change"),
    (S::Growth(Some(Unit::Year)), "year over year|year on year|yoy|annual growth|yearly growth|annual growth rate"),
    (S::Growth(Some(Unit::Month)), "month over month|month on month|mom|monthly growth|monthly growth rate"),
    (S::Growth(Some(Unit::Week)), "week over week|week on week|weekly growth"),
    (S::Growth(Some(Unit::Quarter)), "quarter over quarter|quarter on quarter|qoq|quarterly growth"),
    (S::Growth(Some(Unit::Day)), "day over day|day on day|daily return|daily change|daily growth"),
    (S::Cumulative, "cumulative|running total|running sum|cumulated|accumulated|cumulatively"),
    (S::Moving, "moving average|rolling average|rolling mean|running average|moving mean|rolling|day average|day mean|week average|month average"),
    (S::Minus, "minus|gap between"),
    (S::Repeated, "\
        show up twice|appear twice|occur twice|show up more than once|appear more than once|occur more than once|\
        more than once|duplicate|duplicated|duplication|repeated|listed twice|twice"),
    (S::Anomaly, "anomaly|anomalous|anything weird|anything odd|anything unusual|anything strange"),
    (S::Outlier, "outlier|weird value|odd value|strange value|unusual value|suspicious value|extreme value|implausible"),
    (S::Normal, "normally distributed|normal distribution|adheres to a normal distribution|adhere to a normal distribution|normality|follow a normal|gaussian"),
    (S::Significant, "significant|significantly|statistically|statistical test|t test|p value|hypothesis test|significance"),
    (S::Crosstab, "crosstab|cross tab|cross tabulation|contingency table|pivot table|pivot"),
    (S::Contains, "contain|containing|includes|including|mention|mentioning|with the word"),
    (S::Starts, "start with|starting with|begin with|beginning with|started with"),
    (S::Ends, "end with|ending with|end in|ending in"),
    (S::Loss(true), "lose money|losing money|lost money|unprofitable|loss making|at a loss|make a loss|made a loss"),
    (S::Loss(false), "make money|making money|made money|profitable"),
    (S::Files, "in each file|in every file|in both file|in all file|per file|by file|of each file|for each file|in each table|in the file|each file|every file|all file|both file|each table|every table|all table|both table|each of the file"),
    (S::Missing, "missing value|missing|null|empty|blank|nan|incomplete|completeness|gap"),
    (S::Look, "\
        what is in|what's in|look at|summary|summary statistic|summarise|summarize|overview|describe|description|\
        explore|profile|preview|tell me about|what can you tell|what column|which column|list the column|first row|\
        column name|dashboard"),
    (S::Insight, "\
        insight|interesting|anything interesting|what is interesting|what's interesting|stand out|stands out|key finding|\
        finding|takeaway|key takeaway|surprise|surprising|analyse|analyze|analysis|main point|highlight"),
    (S::List, "list|find|filter|list all|give me all|name"),
    (S::Change, "\
        change|changed|grow|grew|grown|rise|rose|fall|fell|increase|increased|decrease|decreased|go up|went up|\
        go down|went down|gone up|gone down|drop|dropped|decline|declined|gain|gained"),
    (S::Difference, "compare|comparison|comparing|difference|differ|vary|different between|differ between|differ by|different across|different for|difference between"),
    (S::Only, "only|just"),
    (S::FollowUp, "instead|what about|how about|and what about|now|the same|same|make that|make it|same for|change it to|change that to|switch to"),
    (S::Also, "as well|also|too|additionally|add"),
    (S::Bins, "bin|binned|bucket|interval|band|bracket"),
    (S::Forecast, "predict|prediction|forecast|forecasting|extrapolate|extrapolation|projection"),
    (S::Next, "next|coming|upcoming"),
    (S::Future, "tomorrow|in the future|future|going to|will|expected|expect"),
    (S::Pareto, "pareto|pareto chart|pareto analysis|pareto principle|abc analysis"),
    (S::Clean, "\
        clean|clean this|clean up|clean this up|clean it|clean it up|clean the data|cleaning|data cleaning|tidy|tidy up|\
        data quality|quality check|quality problem"),
    (S::Why, "why|how come|reason|explain|cause|should|recommend"),
    (S::Undoable, "\
        email|mail|send|translate|weather today|joke|poem|impute|imputation|regression|classifier|classify|cluster|\
        clustering|machine learning|train|weighted|multiplied by|normalise|normalize|yesterday|today|simulate|optimize|optimise"),
    (S::Removal, "delete|remove|drop the row|get rid of"),
    (S::Greeting, "hello|hi|hey|good morning|good afternoon|good evening"),
    (S::Help, "help|what can you do|what can i ask|how does this work|who are you"),
    (S::Thanks, "thank|thank you|thanks|cheer|great"),
    (S::Month(1), "january|jan"),
    (S::Month(2), "february|feb"),
    (S::Month(3), "march"),
    (S::Month(4), "april|apr"),
    (S::Month(6), "june|jun"),
    (S::Month(7), "july|jul"),
    (S::Month(8), "august|aug"),
    (S::Month(9), "september|sept|sep"),
    (S::Month(10), "october|oct"),
    (S::Month(11), "november|nov"),
    (S::Month(12), "december|dec"),
    (S::Half(1), "h1|first half"),
    (S::Half(2), "h2|second half"),
    (S::Quarter(1), "q1|first quarter"),
    (S::Quarter(2), "q2|second quarter"),
    (S::Quarter(3), "q3|third quarter"),
    (S::Quarter(4), "q4|fourth quarter"),
];

/// Words that carry nothing the rules need.
#[rustfmt::skip]
pub(super) const NOISE: &str = "\
    a perform coefficient pearson overall aggregated wise coloring colouring summed about again all along am an any \
    appear as ascending ax axe axes axis width available back behave both broken build but calculate can check choose \
    clear color colored colour column come compute could create csv data dataset depict depicting descending detail \
    determine did display distinguished do does doing done down easy entire exist existing facet faceting field figure \
    file full general generate get give given go got group grouped grouping happen here how i identify included \
    information into it its kind know let level like likely look lot made make many may me member might much multiple must \
    my need of off one ones our out panel part particular picture please present provide quickly regarding \
    report respect result s say see segregate segregated separate separated separately set show showing shown simple so \
    some split stack stacked stay still table take tell than the their them then there these they thing those through \
    time together type understand up us use used using value variable varied vertical horizontal view want we well what \
    while whole worth would x y you your spreadsheet really actually currently hence yet ever i'd i'm let's we'd what's \
    it's that's there's can't won't via coordinate identifier method whether examine investigate assess conduct adheres onto order sort sorted rank ranked ok okay yes perhaps maybe kindly quick mark \
    point produced manufactured produce manufacture representing represent break size legend number \
    interested looking ie eg etc also hi simply just exactly various entry currently respective respectively our ours \
    breakdown plotted charted drawn graphed illustrate comparing visual visually format please thanks want wanted \
    each such other others same stat statistic metric measure feature factor attribute parameter \
    calculated computed amongst against around based upon toward towards each find found filtered where were \
    question answer wonder wondering curious mind possible possibly basically generally usually normally currently \
    ago end start record recorded reported listed altogether sort kindly roughly approximately approx about nearly \
    individual he she his her him who's hers themselves itself themself whose";

/// Verbs that say no more than that rows are where or when they are.
#[rustfmt::skip]
pub(super) const VERBS: &str = "\
    hit live lived lives living based located situated happened happening occurred occur occurring came come coming \
    belong belonging sent gotten become became took taken occurs happens gets got made make makes run went go goes \
    stand stood lie lies hold holds held bring brings brought generate generates generated attract attracts receive receives received yield yields \
    bought buy buys purchased chose choose picked handle handles handled process processes processed serve serves served \
    deal deals dealt manage manages managed register registers registered log logs logged log end ends ended finish finishes \
    finished perform performs performed gave collect collects collected";

/// Words among these that may be the name of a column.
pub(super) const THINGS: &str =
    "color colour type kind level size item point mark group value worth stay variable field";

/// Nouns for people, by their stems.
#[rustfmt::skip]
pub(super) const PEOPLE: &str = "\
    people person customer client buyer shopper subscriber member user visitor guest patient passenger student \
    pupil employee worker staff colleague player athlete teacher driver rider voter respondent participant applicant \
    candidate borrower resident citizen man woman men women child children adult tourist traveler traveller donor owner \
    caller agent manager researcher author survivor victim consumer account household";

/// Nouns for what a row often is, by their stems.
#[rustfmt::skip]
pub(super) const ENTITIES: &str = "\
    order invoice purchase transaction sale payment product item article movie film book song album game match team flight \
    trip ride journey call ticket message email post tweet event session visit booking reservation stay hotel restaurant \
    shop store outlet branch company business firm startup school university hospital country city town state county \
    region airport station house home property listing apartment building car vehicle automobile model truck bike ship \
    storm hurricane earthquake accident crime case loan claim policy contract project task job device sensor machine \
    sample experiment species tree plant animal penguin bird dog cat gene site star planet document page article file \
    month day week year hour issue incident request complaint fixture appointment reading measurement";

/// Words that stand for one another where a column has one of them; each line is a family.
#[rustfmt::skip]
pub(super) const SYNONYMS: &[&str] = &[
    "revenue sale turnover sold sell selling earning income takings proceeds",
    "revenue gross",
    "customer client buyer subscriber shopper",
    "country nation origin land",
    "region area territory zone origin",
    "price cost charge fee expense fare",
    "bill charge payment",
    "pay paid fare fee payment amount charge",
    "quantity qty unit amount piece",
    "amount spent spend spending",
    "state province",
    "city town municipality",
    "date day time timestamp when",
    "salary pay wage income compensation earn earning earned remuneration",
    "gender sex",
    "mileage mpg fuel economy",
    "profit gain",
    "product item article sku good",
    "category type kind class segment genre",
    "employee staff worker",
    "department division dept",
    "population inhabitant people pop",
    "life health",
    "expectancy health",
    "rain rainfall precipitation",
    "temperature temp",
    "maker manufacturer brand make",
    "weigh weight mass",
    "power horsepower hp",
    "duration length tenure runtime running",
    "score rating grade mark",
    "vendor supplier seller merchant",
    "month date",
    "car auto vehicle automobile",
    "home house property",
    "trip ride journey",
    "company business firm",
    "pressure p",
    "species spp scientific taxon",
    "owe balance debt outstanding",
    "debt balance liability",
    "death fatality casualty die died dead kill killed victim",
    "damage loss",
    "budget spending",
    "worldwide global ww",
    "movie film",
    "match game fixture",
    "ticket issue case incident request complaint",
    "admission admit admitted",
    "consumption consume consumed consuming usage used use",
    "energy electricity kwh mwh",
    "birth born",
    "goal score scored",
    "visit appointment",
    "satisfaction csat",
    "response reply",
    "view pageview",
    "shop store outlet branch",
    "channel source",
    "age old",
    "speed velocity",
    "height tall",
    "length long",
    "width wide",
    "depth deep",
    "distance mile kilometer km far",
    "crime offence offense",
    "rating star rated",
    "reviewed review comment",
    "survive survival survived survivor",
    "churn cancel cancelled canceled left leave attrition",
    "order purchase",
    "discount rebate reduction",
    "tax vat",
    "delay late",
    "arrival arrive arrived",
    "departure depart departed leave left",
    "education schooling",
    "marital married",
    "occupation profession job",
    "name title",
    "shipping delivery ship freight",
    "return returned refund",
    "male man men boy m gentleman",
    "female woman women girl f lady",
    "usa us america american u.s states",
    "uk britain british england english",
    "europe european eu",
    "japan japanese",
    "germany german",
    "france french",
    "italy italian",
    "spain spanish",
    "china chinese",
    "india indian",
    "canada canadian",
    "australia australian",
    "mexico mexican",
    "brazil brazilian",
    "africa african",
    "asia asian",
    "apple aapl",
    "microsoft msft",
    "intel intc",
    "amazon amzn",
    "google goog googl alphabet",
    "tesla tsla",
    "netflix nflx",
    "nvidia nvda",
    "facebook meta fb",
    "goldman gs",
    "gold xau gld",
    "silver xag slv",
    "euro eur",
    "dollar usd",
    "monday mon",
    "tuesday tue",
    "wednesday wed",
    "thursday thu",
    "friday fri",
    "saturday sat",
    "sunday sun",
];

/// Rates by their first word: what is counted, and what it is a share of, the likeliest first.
#[rustfmt::skip]
pub(in crate::rules) const RATES: &[(&str, &str)] = &[
    ("conversion converted conversions", "session visit visitor click lead user impression"),
    ("bounce bounced", "session visit visitor sent email delivered"),
    ("click clickthrough", "impression view sent delivered"),
    ("open opened", "sent delivered email recipient"),
    ("unsubscribe unsubscribed", "sent delivered subscriber"),
    ("return returned refund", "sold unit order sale shipped"),
    ("win won", "match game played"),
    ("defect defective reject rejected scrap", "unit produced made piece output"),
    ("error failure failed", "request call run total"),
    ("response responded reply", "sent invited contacted"),
    ("attendance attended", "invited registered enrolled capacity seat"),
    ("occupancy occupied", "capacity room bed seat available"),
    ("absence absent", "student pupil enrolled employee"),
];

/// Words of columns whose totals make sense.
#[rustfmt::skip]
pub(super) const ADDITIVE: &str = "\
    sale revenue amount total quantity qty count volume unit cost costs profit spend gross loss damage \
    spending population order click visit visitor view sold generation production budget expenses \
    expense turnover death birth case goal run hit listing trip ride call sign signup member mile walk double triple \
    passenger import export tax discount download minute hour precipitation rain \
    pop poptotal value credit debit balance payment paid stock shipped amounts umsatz menge betrag \
    anzahl summe kosten ventas ventes spent earned win won loss lost vote like review pass kwh donation \
    invoice bill injured injury patient test pageview impression conversion lead bag item return refund casualty \
    session bounce message attendance kwh mwh consumption usage visits signups";

/// Words of columns whose totals say nothing, whatever else the name has.
#[rustfmt::skip]
pub(super) const NOT_ADDITIVE: &str = "\
    rate ratio percent percentage pct perc avg average mean median per price age score rating index \
    temperature temp min max density year change cumulative salary wage limit grade level height weight length \
    width depth speed duration stars latitude longitude";
