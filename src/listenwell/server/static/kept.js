// The few choices a person makes that outlive the page, on their own device: nothing they wrote.

const YEAR = 365 * 24 * 3600 * 1000;

export function kept(name) {
  try {
    const { value, since } = JSON.parse(localStorage.getItem(`listenwell.${name}`) ?? "null") ?? {};
    return Date.now() - since < YEAR ? value : null;
  } catch {
    return null; // storage is switched off, or holds something else
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(`listenwell.${name}`, JSON.stringify({ value, since: Date.now() }));
  } catch {
    // Then it holds for this page only.
  }
}
