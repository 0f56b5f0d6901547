"""A sample programme made up from a seed, with its own truth. It shares no code with the product.

What the contract leaves open is never written, so that every fact of the truth is one that the contract decides.
Left out, and why:

- numbers: `approx.`, `c 12`, two words before a number, `.5`, `5.`, `007`, `1e3`, `1_000`, full-width digits,
  fractions, a currency sign, `0,125` and `1,2345` (a comma before three digits after a zero, or before four), `-0`;
- scales: `3.5` and `7.0` (not whole: one of two codes, the contract does not say which), a scale with a unit;
- dates: serial numbers typed as text or with a part of a day, 30000 and 60000 themselves, `2022/03/05`, `2022-3-5`,
  `3rd March`, `March 3`, `Sept`, a time after a date in text, the year after which `YY` would mean 1900;
- choices: the same tick twice, two Other texts in one answer, an unknown barrier in the sheet (its field need not
  have Other), how an empty Other text is read; tick boxes joined in one cell (only a download has them);
- a grid whose only answered row cannot be read; a form's question that has gone, or a new one (drift is another test);
- a team or code with a zero-width character, digits of other scripts in a code, letters that change their number
  when put in capitals;
- two contents under one `lastSubmittedTime`; a response without one; times with an offset instead of `Z`;
- sheets: a row with two reasons to be refused, a review whose day cannot be read or whose authority is empty (half a
  key: `missing_key`, or the reason of its other half?), a key that is a number, an empty
  cell where the sheet's field may be required (`Change`, `Stage`, `Due`, `Headcount`), a formula with a number for
  a result in a text column, reviews before the month in which the programme starts;
- text: carriage returns, control characters and `_x0041_` (a workbook has its own rules for them), names of people
  (no rule says how one is known).
"""
