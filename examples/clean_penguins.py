# Field notes of Antarctic penguins, made fit for analysis: names, types, spellings, dates, gaps and duplicates.
# data: penguins_raw.csv
import polars as pl

raw = pl.read_csv("penguins_raw.csv", null_values=["NA", ".", ""], infer_schema_length=10_000)
print(f"raw: {raw.height} rows, {raw.width} columns, {sum(raw.null_count().row(0))} gaps")


def tidy(name):
    name = name.split("(")[0].strip().lower()
    return name.replace(" ", "_")


clean = (
    raw.rename({"Delta 15 N (o/oo)": "delta_15_n", "Delta 13 C (o/oo)": "delta_13_c"})
    .rename(tidy)
    .rename({"studyname": "study"})
    .with_columns(
        pl.col("species").str.split(" ").list.first(),
        pl.col("species").str.extract(r"\((.+)\)").alias("latin_name"),
        pl.col("sex").str.to_lowercase(),
        pl.col("date_egg").str.to_date("%Y-%m-%d"),
        (pl.col("clutch_completion") == "Yes").alias("clutch_complete"),
        pl.col("individual_id").str.extract(r"^N(\d+)A\d$", 1).cast(pl.Int32).alias("nest"),
        pl.col("comments").str.contains("(?i)not enough blood|no blood").fill_null(False).alias("blood_missing"),
    )
    .drop("region", "stage", "clutch_completion", "comments")
    .with_columns(pl.col("date_egg").dt.year().alias("season"))
    .unique(subset=["study", "sample_number", "species"], keep="first", maintain_order=True)
)

# An animal without any measurement is of no use. Where only the sex is unknown, say so.
measures = ["culmen_length", "culmen_depth", "flipper_length", "body_mass"]
clean = clean.filter(~pl.all_horizontal(pl.col(measures).is_null())).with_columns(
    pl.col("sex").fill_null("unknown"),
    pl.col("delta_15_n", "delta_13_c").round(3),
)
clean.write_csv("penguins_clean.csv")

print(f"clean: {clean.height} rows, {clean.width} columns, {sum(clean.null_count().row(0))} gaps")
print("dropped rows:", raw.height - clean.height)
print("sexes:", dict(clean["sex"].value_counts().sort("sex").iter_rows()))

display(clean.head(5))
clean.group_by("species", "sex").agg(
    pl.len().alias("animals"),
    pl.col("body_mass").mean().round(0).cast(pl.Int64).alias("mean_mass_g"),
    pl.col("date_egg").min().alias("first_egg"),
).sort("species", "sex")
