const { grad } = require("steepest");

const g = grad(({ x, y }) => x.square().add(x.mul(y)).add(y.square()))({ x: 1, y: 2 });
if (g.x.item() !== 4 || g.y.item() !== 5) throw new Error(`∇f(1, 2) = (${g.x.item()}, ${g.y.item()}), not (4, 5)`);
console.log(`require: ∇f(1, 2) = (${g.x.item()}, ${g.y.item()})`);
