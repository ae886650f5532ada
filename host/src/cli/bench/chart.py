import matplotlib.pyplot as plt

months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"]
plt.figure(figsize=(8, 5))
plt.bar(months, [12, 19, 9, 24, 31, 27], label="Units")
plt.plot(months, [10, 14, 15, 19, 23, 28], color="black", marker="o", label="Plan")
plt.title("Units sold by month")
plt.ylabel("Units")
plt.legend()
plt.savefig("chart.png")
print("done")
