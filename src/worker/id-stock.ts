import { newId } from "../lib/ids";

/** As many as a burst of starts takes. */
const STOCK = 32;

/** Ids made ahead, one at a time while the process waits: each takes half a millisecond, which a step would wait for. */
export function createIdStock(): () => string {
  const stock: string[] = [];
  let isFilling = false;
  const fill = () => {
    stock.push(newId());
    isFilling = stock.length < STOCK;
    if (isFilling) setImmediate(fill);
  };
  return () => {
    if (!isFilling) setImmediate(fill);
    isFilling = true;
    return stock.pop() ?? newId();
  };
}
