const asked = {};
pm.request.url.query.each((one) => {
  if (!one.disabled && one.value) {
    asked[one.key] = pm.variables.replaceIn(one.value);
  }
});
