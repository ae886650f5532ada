import polars as pl

scores = pl.read_csv("imp.score.ldlr.metabolome.csv").get_column("importance.score").drop_nulls()
print(f"@importance_score_mean[{scores.mean():.2f}] @importance_score_std[{scores.std():.2f}]")
