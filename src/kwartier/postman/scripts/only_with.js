if (!pm.environment.get(needed)) {
  console.log(`Passed over: the environment has no ${needed} (see the folder's description).`);
  pm.execution.skipRequest();
}
