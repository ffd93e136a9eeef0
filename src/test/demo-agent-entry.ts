import { runDemoAgent } from "../cli/demo-agent/demo-agent";

runDemoAgent({ pace: 0 });
