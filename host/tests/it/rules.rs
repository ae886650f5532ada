//! Questions answered without a model: real tables, their real profiles, scripts in the real sandbox, and figures that
//! are counted a second time here.

use crate::test_rules::{Bench, Sheet, number};

/// A question, what its answer must say, and whether there must be a chart.
pub type Case = (&'static str, Vec<String>, bool);

/// Asks every question and reports all that went wrong at once.
pub async fn check(bench: &Bench, cases: Vec<Case>) {
    let count = cases.len();
    let mut wrong = Vec::new();
    for (question, words, chart) in cases {
        let turn = bench.ask(question).await;
        if let Some(why) = turn.wrong(&words, chart) {
            wrong.push(format!("{question}: {why}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} are wrong\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}

pub fn bold(value: f64, decimals: usize) -> String {
    format!("**{}**", number(value, decimals))
}

/// The first and the last of groups, as an answer names them.
pub fn ends(groups: &[(String, f64)], decimals: usize) -> Vec<String> {
    let (first, last) = (&groups[0], &groups[groups.len() - 1]);
    vec![
        format!("**{}** has the", first.0),
        bold(first.1, decimals),
        bold(last.1, decimals),
    ]
}

pub fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

#[tokio::test]
async fn figures_of_a_table_are_right_however_they_are_asked_for() {
    let bench = Bench::with(&["fuel_economy.csv"]).await;
    let cars = Sheet::example("fuel_economy.csv");
    let audi = cars.is("manufacturer", "audi");
    let by_class = cars.by("class", |group| group.mean("hwy"));
    let efficient = cars.keep("hwy", |miles| miles.parse::<f64>().unwrap() > 30.0);
    check(
        &bench,
        vec![
            (
                "What is in this file?",
                words(["**234** rows", "**11** columns", "You could ask"]),
                true,
            ),
            ("summarise the data", words(["**234** rows"]), true),
            ("How many rows are there?", vec![bold(cars.len(), 0)], false),
            ("count the cars", vec![bold(cars.len(), 0)], false),
            ("average hwy", vec![bold(cars.mean("hwy"), 2)], true),
            ("What's the mean of CTY?", vec![bold(cars.mean("cty"), 2)], true),
            (
                "avg highway",
                vec![bold(cars.mean("hwy"), 2), "I took `hwy` for “highway”".to_owned()],
                true,
            ),
            ("median displ", vec![bold(cars.median("displ"), 2)], true),
            ("standard deviation of hwy", vec![bold(cars.std("hwy"), 2)], true),
            ("minimum cty", vec![bold(cars.min("cty"), 0)], false),
            ("what is the maximum cty?", vec![bold(cars.max("cty"), 0)], false),
            (
                "mean and median of hwy",
                vec![bold(cars.mean("hwy"), 2), bold(cars.median("hwy"), 2)],
                true,
            ),
            ("average hwy by class", ends(&by_class, 2), true),
            ("what is the average hwy for each class?", ends(&by_class, 2), true),
            ("compare hwy across classes", ends(&by_class, 2), true),
            ("hwy per clas", ends(&by_class, 2), true),
            ("which class has the highest average hwy?", ends(&by_class, 2), true),
            (
                "mean hwy where manufacturer is audi",
                vec![bold(audi.mean("hwy"), 2), "is audi".to_owned()],
                true,
            ),
            ("average hwy of Audi cars", vec![bold(audi.mean("hwy"), 2)], true),
            (
                "average hwy except audi",
                vec![bold(cars.keep("manufacturer", |name| name != "audi").mean("hwy"), 2)],
                true,
            ),
            ("how many cars with hwy over 30", vec![bold(efficient.len(), 0)], false),
            ("list the cars with hwy > 30", vec![bold(efficient.len(), 0)], false),
            (
                "how many cars have hwy between 20 and 25?",
                vec![bold(
                    cars.keep("hwy", |miles| (20.0..=25.0).contains(&miles.parse::<f64>().unwrap()))
                        .len(),
                    0,
                )],
                false,
            ),
            (
                "how many cars have 4 cylinders?",
                vec![bold(cars.is("cyl", "4").len(), 0), "`cyl` is 4".to_owned()],
                false,
            ),
            (
                "how many different models are there?",
                vec![bold(cars.by("model", Sheet::len).len() as f64, 0)],
                true,
            ),
            (
                "number of cars by manufacturer",
                ends(&cars.by("manufacturer", Sheet::len), 0),
                true,
            ),
            (
                "most common class",
                vec!["**suv**".to_owned(), bold(cars.is("class", "suv").len(), 0)],
                true,
            ),
            (
                "what percentage of cars are compact?",
                vec![format!(
                    "**{}** %",
                    number(cars.is("class", "compact").len() / cars.len() * 100.0, 1)
                )],
                true,
            ),
            (
                "pie chart of cars by class",
                ends(&cars.by("class", Sheet::len), 0),
                true,
            ),
            (
                "average hwy by class and year",
                words(["combinations of `class` and `year`"]),
                true,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn rankings_name_the_first_and_their_figures() {
    let bench = Bench::with(&["world_health_income.csv"]).await;
    let world = Sheet::example("world_health_income.csv");
    let income = world.by("country", |group| group.max("income"));
    let regions = world.by("region", |group| group.sum("population"));
    let shown = |place: usize| format!("{}. {} – {}", place + 1, income[place].0, number(income[place].1, 0));
    check(
        &bench,
        vec![
            ("top 10 countries by income", vec![shown(0), shown(9)], true),
            ("Top 3 countrys by incom", vec![shown(0), shown(2)], true),
            (
                "which country has the highest income?",
                vec![format!("**{}** has the highest", income[0].0)],
                true,
            ),
            (
                "5 poorest countries",
                vec![format!("**{}** has the lowest", income.last().unwrap().0)],
                true,
            ),
            (
                "the 4 countries with the lowest income",
                vec![format!("**{}**", income.last().unwrap().0)],
                true,
            ),
            (
                "which region has the largest total population?",
                vec![
                    format!("**{}**", regions[0].0.replace('_', "\\_")),
                    bold(regions[0].1, 0),
                ],
                true,
            ),
            ("total population", vec![bold(world.sum("population"), 0)], false),
            (
                "population of India",
                vec![bold(world.is("country", "India").sum("population"), 0)],
                false,
            ),
            (
                "share of population by region",
                words(["share of total `population`", " %"]),
                true,
            ),
            (
                "relationship between income and health",
                vec![format!("r = {:.3}", world.correlation("income", "health"))],
                true,
            ),
            ("what goes together with health?", words(["`health` most"]), true),
            ("distribution of income", vec![bold(world.median("income"), 2)], true),
            (
                "histogram of health with 10 bins",
                vec![bold(world.median("health"), 2)],
                true,
            ),
            ("box plot of health by region", words(["The median of `health`"]), true),
        ],
    )
    .await;
}

#[tokio::test]
async fn times_are_followed_by_the_unit_that_was_asked_for() {
    let bench = Bench::with(&["seattle_weather.csv"]).await;
    let weather = Sheet::example("seattle_weather.csv");
    let year = |year: &str| weather.keep("date", |day| day.starts_with(year));
    let month = |month: &str| weather.keep("date", |day| day.starts_with(month));
    check(
        &bench,
        vec![
            (
                "total precipitation by month",
                vec![
                    format!(
                        "December 2015 has the highest total `precipitation`: {}",
                        bold(month("2015-12").sum("precipitation"), 1)
                    ),
                    "48 months".to_owned(),
                ],
                true,
            ),
            (
                "precipitation over time",
                vec![bold(month("2012-01").sum("precipitation"), 1)],
                true,
            ),
            (
                "yearly precipitation",
                vec![bold(year("2014").sum("precipitation"), 1)],
                true,
            ),
            ("average temp_max per quarter", words(["Q3 2014", "16 quarters"]), true),
            ("average wind by weekday", words(["Saturday", "7 weekdays"]), true),
            ("mean wind by week in 2013", words(["the week of"]), true),
            (
                "average max temp in 2014",
                vec![bold(year("2014").mean("temp_max"), 2)],
                true,
            ),
            (
                "average temp_max in July 2014",
                vec![bold(month("2014-07").mean("temp_max"), 2)],
                true,
            ),
            (
                "how many days of rain in 2013?",
                vec![bold(year("2013").is("weather", "rain").len(), 0)],
                false,
            ),
            (
                "total precipitation since 2014",
                vec![bold(weather.keep("date", |day| day >= "2014").sum("precipitation"), 1)],
                false,
            ),
            (
                "total precipitation between 2012-03-01 and 2012-03-15",
                vec![bold(
                    weather
                        .keep("date", |day| ("2012-03-01"..="2012-03-15").contains(&day))
                        .sum("precipitation"),
                    1,
                )],
                false,
            ),
            (
                "warmest day",
                vec![format!(
                    "has the highest `temp_max`: {}",
                    bold(weather.max("temp_max"), 1)
                )],
                true,
            ),
            ("temp_max by weather over time", words(["combinations"]), true),
            ("days by weather", ends(&weather.by("weather", Sheet::len), 0), true),
        ],
    )
    .await;
}

#[tokio::test]
async fn years_in_numbers_and_values_beyond_the_profile_are_found() {
    let bench = Bench::with(&["texas_home_sales.csv"]).await;
    let homes = Sheet::example("texas_home_sales.csv");
    let lubbock = homes.is("city", "Lubbock");
    check(
        &bench,
        vec![
            (
                "sales per year",
                ends(&homes.by("year", |group| group.sum("sales")), 0),
                true,
            ),
            ("How did sales change over time?", words(["`sales`"]), true),
            (
                "total sales by city",
                ends(&homes.by("city", |group| group.sum("sales")), 0),
                true,
            ),
            (
                "which city sold the most?",
                words(["**Houston** has the highest total `sales`", "first 20 of 46"]),
                true,
            ),
            ("total sales in Lubbock", vec![bold(lubbock.sum("sales"), 0)], false),
            (
                "total sales in lubbock and tyler in 2014",
                vec![bold(
                    homes
                        .keep("city", |city| ["Lubbock", "Tyler"].contains(&city))
                        .is("year", "2014")
                        .sum("sales"),
                    0,
                )],
                false,
            ),
            (
                "total sales from 2010 to 2012",
                vec![bold(
                    homes
                        .keep("year", |year| ("2010"..="2012").contains(&year))
                        .sum("sales"),
                    0,
                )],
                false,
            ),
            (
                "top 5 cities by volume in 2014",
                words(["1. **Houston**", "5. **"]),
                true,
            ),
            (
                "is listings related to inventory?",
                vec![format!("r = {:.3}", homes.correlation("listings", "inventory"))],
                true,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn notes_from_the_field_with_gaps_count_as_numbers() {
    let bench = Bench::with(&["penguins_raw.csv"]).await;
    let penguins = Sheet::example("penguins_raw.csv");
    let species = penguins.by("Species", |group| group.mean("Body Mass (g)"));
    check(
        &bench,
        vec![
            (
                "mean body mass by species",
                vec![
                    bold(species[0].1, 2),
                    bold(species[2].1, 2),
                    "2 rows were left out".to_owned(),
                ],
                true,
            ),
            (
                "flipper length vs body mass",
                vec![format!(
                    "r = {:.3}",
                    penguins.correlation("Flipper Length (mm)", "Body Mass (g)")
                )],
                true,
            ),
            (
                "how many penguins on each island?",
                ends(&penguins.by("Island", Sheet::len), 0),
                true,
            ),
            (
                "which values are missing?",
                words(["`Comments` – 290", "`Sex` – 11", "I counted `NA` as missing"]),
                true,
            ),
            (
                "how many values of Sex are missing?",
                words(["**11** rows where `Sex` is missing"]),
                false,
            ),
            (
                "mean flipperlength of Adelie penguins",
                words(["is Adelie Penguin"]),
                true,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn yes_and_no_are_shares_and_conditions() {
    let bench = Bench::with(&["telecom_customers.csv"]).await;
    let customers = Sheet::example("telecom_customers.csv");
    let rate = |group: &Sheet| group.is("churn", "Yes").len() / group.len() * 100.0;
    let contracts = customers.by("contract", rate);
    check(
        &bench,
        vec![
            ("churn rate by contract", ends(&contracts, 1), true),
            ("what is the churn rate?", vec![bold(rate(&customers), 1)], false),
            (
                "how many customers churned?",
                vec![bold(customers.is("churn", "Yes").len(), 0)],
                false,
            ),
            (
                "how many customers did not churn?",
                vec![bold(customers.is("churn", "No").len(), 0)],
                false,
            ),
            (
                "average tenure of churned customers",
                vec![bold(customers.is("churn", "Yes").mean("tenure"), 2)],
                true,
            ),
            (
                "average monthly charges by contract and internet service",
                words(["combinations of `contract` and `internet_service`"]),
                true,
            ),
            (
                "count customers by payment method",
                ends(&customers.by("payment_method", Sheet::len), 0),
                true,
            ),
            (
                "distribution of tenure",
                vec![bold(customers.median("tenure"), 2)],
                true,
            ),
            (
                "how many month-to-month customers are there",
                vec![bold(customers.is("contract", "Month-to-month").len(), 0)],
                false,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn of_several_tables_the_right_one_is_taken_or_two_are_joined() {
    let mut bench = Bench::with(&["flights.csv", "airports.csv", "state_crime.csv", "midwest_counties.csv"]).await;
    let flights = Sheet::example("flights.csv");
    let counties = Sheet::example("midwest_counties.csv");
    let origins = flights.by("origin", |group| group.sum("count"));
    bench
        .add("shops.csv", "shop_id,city,size\n1,Rome,20\n2,Oslo,30\n3,Bern,10\n")
        .await;
    bench
        .add(
            "receipts.csv",
            "receipt,shop_id,revenue\n1,1,10\n2,1,20\n3,2,5\n4,3,1\n5,2,6\n",
        )
        .await;
    check(
        &bench,
        vec![
            ("total count by origin", ends(&origins, 0), true),
            (
                "how many airports are there?",
                vec![bold(Sheet::example("airports.csv").len(), 0)],
                false,
            ),
            (
                "which state has the highest murder rate?",
                words(["**District of Columbia** has the highest `murder`"]),
                true,
            ),
            ("total poptotal by state", words(["**IL**"]), true),
            (
                "total revenue by city",
                words([
                    "**Rome**",
                    "**30**",
                    "I joined `receipts.csv` and `shops.csv` by `shop_id`",
                ]),
                true,
            ),
            (
                "correlation between percollege and percbelowpoverty",
                vec![format!(
                    "r = {:.3}",
                    counties.correlation("percollege", "percbelowpoverty")
                )],
                true,
            ),
            ("correlations in midwest counties", words(["r = 0."]), true),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_question_goes_on_from_the_one_before() {
    let bench = Bench::with(&["fuel_economy.csv"]).await;
    let cars = Sheet::example("fuel_economy.csv");
    let audi_or_toyota = cars.keep("manufacturer", |name| ["audi", "toyota"].contains(&name));
    let by_class = cars.by("class", |group| group.mean("hwy"));
    let chains: [(&[&str], Vec<String>, &str); 9] = [
        (
            &["average hwy by class", "and by manufacturer?"],
            ends(&cars.by("manufacturer", |group| group.mean("hwy")), 2),
            "ax.bar",
        ),
        (
            &["average hwy by class", "now only for audi and toyota"],
            ends(&audi_or_toyota.by("class", |group| group.mean("hwy")), 2),
            "ax.bar",
        ),
        (
            &["average hwy by class", "as a pie chart"],
            ends(&by_class, 2),
            "ax.pie",
        ),
        (
            &["top 5 manufacturers by hwy", "top 3 instead"],
            words(["The 3 `manufacturer`"]),
            "head(3)",
        ),
        (
            &["average hwy by class", "what about cty?"],
            ends(&cars.by("class", |group| group.mean("cty")), 2),
            "ax.bar",
        ),
        (
            &["average hwy by class", "what about cty?", "and the median?"],
            ends(&cars.by("class", |group| group.median("cty")), 2),
            "ax.bar",
        ),
        (
            &["how many cars are there?", "by class?"],
            ends(&cars.by("class", Sheet::len), 0),
            "ax.bar",
        ),
        (
            &["how many cars are there?", "and only those from audi"],
            vec![bold(cars.is("manufacturer", "audi").len(), 0)],
            "df.filter",
        ),
        (
            &["average hwy by class", "thanks", "also by year"],
            words(["combinations of `class` and `year`"]),
            "ax.bar",
        ),
    ];
    let mut wrong = Vec::new();
    for (chain, expected, script) in chains {
        let (question, earlier) = chain.split_last().unwrap();
        let turn = bench.ask_after(earlier, question).await;
        let chart = !script.starts_with("df");
        wrong.extend(turn.wrong(&expected, chart).map(|why| format!("{chain:?}: {why}")));
        if !turn.scripts.last().is_some_and(|text| text.contains(script)) {
            wrong.push(format!("{chain:?}: no {script} in {:?}", turn.scripts));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
