import { startProduct } from "./support/start-product";

/**
 * Starts the production build on a free port with an empty data folder. Tests read its address
 * (PHASEBOARD_E2E_URL), the printed set-up link (_SETUP_URL), the data folder (_DATA_DIR) and the
 * supervisor's process id (_PID).
 */
export default async function setUp(): Promise<() => Promise<void>> {
  // Tests beside each other hold runs, and none waits for a place that another's hold.
  const product = await startProduct({ PHASEBOARD_CONCURRENCY: "16" });
  process.env.PHASEBOARD_E2E_URL = product.url;
  process.env.PHASEBOARD_E2E_SETUP_URL = product.setupUrl;
  process.env.PHASEBOARD_E2E_DATA_DIR = product.dataDir;
  process.env.PHASEBOARD_E2E_PID = String(product.pid);
  return product.stop;
}
