/** @jsxImportSource preact */
// The preference centre's start. It is a page of its own: nothing of the office's is loaded.
import { render } from "preact";
import { Api } from "./api";
import { Broken } from "./Broken";
import { Page } from "./Page";
import { Store } from "./store";
import { takeToken } from "./token";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root.");
const token = takeToken();
root.replaceChildren();

if (token) {
  const plain = `/v1/unsubscribe/${token}`; // the page without script
  const store = new Store(new Api(token), () => render(<Page store={store} plain={plain} />, root));
  render(<Page store={store} plain={plain} />, root);
  void store.load();
} else {
  render(<Broken />, root);
}
