import polars as pl

df = pl.read_csv("baseball_data.csv")
result = (
    df.drop_nulls("indicator_of_free_agency_eligibility")
    .group_by("indicator_of_free_agency_eligibility")
    .agg(pl.col("number_of_runs").mean())
)
eligible = result.filter(pl.col("indicator_of_free_agency_eligibility") == 1)["number_of_runs"].item()
not_eligible = result.filter(pl.col("indicator_of_free_agency_eligibility") == 0)["number_of_runs"].item()
print(f"@average_runs_by_eligible_for_free_agency[{eligible:.2f}]")
print(f"@average_runs_by_not_eligible_for_free_agency[{not_eligible:.2f}]")
