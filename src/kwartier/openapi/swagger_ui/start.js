"use strict";

// No validator: the page asks its own origin only.
SwaggerUIBundle({
  domNode: document.getElementById("page"),
  url: document.getElementById("page").dataset.document,
  deepLinking: true,
  validatorUrl: null,
});
