//! Adjectives that say by which column rows are ranked or compared: "cheapest" by a price, "older than" by an age.

/// A quality: which words its column may have, and its forms. Phrases are divided by bars.
pub struct Quality {
    /// Stems of words that a column of it may have in its name, the likeliest first.
    pub of: &'static str,
    pub most: &'static str,
    pub least: &'static str,
    pub more: &'static str,
    pub less: &'static str,
    /// Words of columns where little means much: the oldest car has the lowest year.
    pub turned: &'static str,
    /// Where no column has it, the rows are counted: the busiest day has the most.
    pub counts: bool,
}

const PLAIN: Quality = Quality {
    of: "",
    most: "",
    least: "",
    more: "",
    less: "",
    turned: "",
    counts: false,
};

#[rustfmt::skip]
pub const QUALITIES: &[Quality] = &[
    Quality {
        of: "price cost fee fare charge rent tariff",
        most: "most expensive|priciest|dearest", least: "least expensive|cheapest|most affordable",
        more: "more expensive than|pricier than|dearer than", less: "cheaper than|less expensive than", ..PLAIN
    },
    Quality {
        of: "cost damage loss expense price spend",
        most: "costliest|most costly", least: "least costly", more: "costlier than", less: "less costly than", ..PLAIN
    },
    Quality {
        of: "weight mass", most: "heaviest", least: "lightest", more: "heavier than", less: "lighter than", ..PLAIN
    },
    Quality { of: "height", most: "tallest", more: "taller than", ..PLAIN },
    Quality {
        of: "length duration distance runtime time minutes",
        most: "longest", least: "shortest|briefest", more: "longer than", less: "shorter than", ..PLAIN
    },
    Quality {
        of: "age", turned: "year birth born built founded date",
        most: "oldest", least: "youngest", more: "older than", less: "younger than", ..PLAIN
    },
    Quality {
        of: "date year day time", most: "newest|most recent", least: "earliest", more: "newer than", ..PLAIN
    },
    Quality {
        of: "speed velocity", turned: "time duration",
        most: "fastest|quickest", least: "slowest", more: "faster than", less: "slower than", ..PLAIN
    },
    Quality {
        of: "income wealth gdp", most: "richest|wealthiest", least: "poorest",
        more: "richer than", less: "poorer than", ..PLAIN
    },
    Quality {
        of: "temperature temp", most: "hottest|warmest", least: "coldest|coolest",
        more: "hotter than|warmer than", less: "colder than|cooler than", ..PLAIN
    },
    Quality { of: "precipitation rain rainfall", most: "wettest|rainiest", least: "driest", ..PLAIN },
    Quality { of: "wind", most: "windiest", least: "calmest", ..PLAIN },
    Quality { of: "death fatality casualty killed", most: "deadliest", least: "least deadly", ..PLAIN },
    Quality {
        of: "horsepower power hp", most: "most powerful|strongest", least: "least powerful|weakest",
        more: "more powerful than", less: "less powerful than", ..PLAIN
    },
    Quality {
        of: "mpg mileage economy efficiency", turned: "consumption",
        most: "most fuel efficient|most efficient|most economical", least: "least fuel efficient|least efficient", ..PLAIN
    },
    Quality {
        of: "trip ride visit volume call order traffic passenger visitor customer", counts: true,
        most: "busiest", least: "quietest", ..PLAIN
    },
    Quality { of: "profit earning", most: "most profitable", least: "least profitable", ..PLAIN },
    Quality {
        of: "unit quantity sale revenue sold",
        most: "best selling|bestselling|top selling|most sold", least: "worst selling|least sold", ..PLAIN
    },
    Quality {
        of: "rating score star review", most: "best rated|highest rated|top rated|best reviewed",
        least: "worst rated|lowest rated|worst reviewed", ..PLAIN
    },
    Quality { of: "review", most: "most reviewed", least: "least reviewed", ..PLAIN },
    Quality {
        of: "salary wage pay income earning", most: "best paid|highest paid|highest earning|top earning",
        least: "worst paid|lowest paid|lowest earning", ..PLAIN
    },
    Quality { of: "population inhabitant", most: "most populous|most populated", least: "least populous|least populated", ..PLAIN },
    Quality { of: "depth", most: "deepest", least: "shallowest", more: "deeper than", less: "shallower than", ..PLAIN },
    Quality { of: "width", most: "widest", least: "narrowest", more: "wider than", less: "narrower than", ..PLAIN },
    Quality { of: "score satisfaction rating happiness bubble", most: "happiest", least: "unhappiest", more: "happier", ..PLAIN },
    Quality { of: "magnitude intensity strength", most: "most intense", least: "least intense", more: "stronger than", less: "weaker than", ..PLAIN },
];
