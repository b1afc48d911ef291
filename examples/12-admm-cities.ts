// A total over cities: as a problem of sharing, in terms of proximable functions, and as a budget with a limit on a region.
import { allocate, negativeReturn } from "steepest/allocate";
import { sumEquals } from "steepest/prox";
import { sharing } from "steepest/solve";

const cities = [
  { name: "Ankara", scale: 4, saturation: 10, lower: 5, upper: 60 },
  { name: "Bremen", scale: 3, saturation: 5, lower: 5, upper: 20 },
  { name: "Cork", scale: 6, saturation: 20, lower: 5, upper: 60 },
  { name: "Delft", scale: 2, saturation: 8, lower: 5, upper: 40 },
  { name: "Évora", scale: 5, saturation: 12, lower: 5, upper: 60 },
];
const local = ({ scale, saturation, lower, upper }: (typeof cities)[number]) =>
  negativeReturn({ form: "log", scale, saturation }, { lower, upper });

const { allocation, price, gap } = await sharing(cities, {
  local,
  shared: sumEquals(100),
  rho: 0.01,
  atol: 1e-10,
  rtol: 1e-10,
});
console.log(allocation.flatten().mul(1e6).round().div(1e6).toArray()); // [21, 18.25, 26.5, 7.5, 26.75]
console.log(price.item(), gap! < 1e-9); // 0.1290323 true

const parties = cities.map(({ name, scale, saturation, lower, upper }, i) => ({
  name,
  response: { form: "log", scale, saturation } as const,
  lower,
  upper,
  group: i < 3 ? "region" : "rest",
}));
const plan = await allocate(parties, { total: 100, groups: { region: { upper: 50 } } });
console.log(plan.shadowPrice, plan.groupPrices["region"]); // 0.1 0.0529412
console.log(plan.rows.map(({ spend }) => spend)); // [16.1538462, 14.6153846, 19.2307692, 12, 38]
