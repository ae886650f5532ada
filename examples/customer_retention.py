# How many customers of a telephone company stay for 1, 2, … 6 years, by the kind of contract they signed?
# data: telecom_customers.csv
import matplotlib.pyplot as plt
import polars as pl

customers = pl.read_csv("telecom_customers.csv").filter(pl.col("tenure") > 0)

# A customer who is still here has not told us yet how long they will stay, so a plain share would be wrong. Of those who
# reached a month, count who left in it; what remains, multiplied up month by month, is the retention (Kaplan-Meier).
curve = (
    customers.group_by("contract", "tenure")
    .agg(
        pl.len().alias("ended"),
        (pl.col("churn") == "Yes").sum().alias("left"),
    )
    .sort("contract", "tenure")
    .with_columns(at_risk=pl.col("ended").cum_sum(reverse=True).over("contract"))
    .with_columns(
        retention=(1 - pl.col("left") / pl.col("at_risk")).cum_prod().over("contract"),
    )
)

cohorts = (
    curve.filter(pl.col("tenure") % 12 == 0)
    .with_columns((pl.col("retention") * 100).round(1))
    .pivot(on="tenure", index="contract", values="retention")
    .rename(lambda name: f"month_{name}" if name.isdigit() else name)
)
sizes = customers.group_by("contract").agg(
    pl.len().alias("customers"),
    pl.col("monthly_charges").mean().round(2).alias("average_bill"),
)
table = sizes.join(cohorts, on="contract").sort("month_72", descending=True)
table.write_csv("customer_retention.csv")

for row in table.iter_rows(named=True):
    print(f"{row['contract']}: {row['month_12']} % are still there after one year, {row['month_72']} % after six.")

fig, ax = plt.subplots(figsize=(9, 5))
for (contract,), line in curve.group_by("contract", maintain_order=True):
    ax.step(line["tenure"], line["retention"] * 100, where="post", linewidth=2, label=contract)
ax.set_title("Customers who stay, by contract")
ax.set_xlabel("months since they signed")
ax.set_ylabel("still customers (%)")
ax.set_ylim(0, 102)
ax.set_xticks(range(0, 73, 12))
ax.grid(alpha=0.3)
ax.legend(title="Contract", loc="lower left")
plt.tight_layout()
plt.savefig("customer_retention.png", dpi=120)

display(table)
