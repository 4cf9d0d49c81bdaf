/** On screen and on paper: dark text on white, nothing that breaks over a page. */
export const STYLE = `
  :root { color-scheme: light }
  body { font: 14px/1.45 system-ui, sans-serif; color: #1b1e24; background: #fff; margin: 28px auto;
    max-width: 1180px; padding: 0 20px }
  h1 { font-size: 24px; margin: 0 0 4px } h2 { font-size: 18px; margin: 30px 0 8px }
  h3 { font-size: 15px; margin: 18px 0 4px } h4 { font-size: 13px; margin: 10px 0 4px; color: #555 }
  p { margin: 4px 0; color: #444 } small { display: block; color: #666; font-size: 11px }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums }
  th, td { padding: 5px 10px; text-align: right; border-bottom: 1px solid #ddd; vertical-align: top }
  th { font-weight: 600 } th:first-child { text-align: left } thead th { border-bottom: 2px solid #999 }
  .wide { overflow-x: auto }
  .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(460px, 1fr)); gap: 18px }
  .plots figure { margin: 0; break-inside: avoid } .plots figcaption { font-weight: 600 }
  .plots svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; fill: #333 }
  .grid { stroke: #e4e4e4 } .frame { fill: none; stroke: #888 }
  .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 0; margin: 8px 0 }
  .notes { padding-left: 18px; color: #444 } .notes li { margin: 2px 0 }
  .row { display: flex; flex-wrap: wrap; gap: 10px } .row figure { margin: 0; break-inside: avoid; width: 134px }
  .row img { width: 66px; height: 66px; border-radius: 3px; margin-right: 1px }
  .row figcaption { font-size: 11px; overflow-wrap: anywhere } .row span { display: block; color: #666 }
  section { break-inside: auto } h2, h3, h4 { break-after: avoid } tr { break-inside: avoid }
  th { white-space: nowrap } thead th { white-space: normal } thead th.rate, small { white-space: nowrap }
  .legend { break-after: avoid }
  @page { size: A4; margin: 11mm }
  @media print {
    body { margin: 0; padding: 0; max-width: none; font-size: 9.5px; print-color-adjust: exact }
    small { font-size: 7.5px } h1 { font-size: 18px } h2 { font-size: 14px; margin: 16px 0 6px }
    .wide { overflow: visible } th, td { padding: 2px 4px }
    .plots { grid-template-columns: 1fr 1fr; gap: 8px } .row figure { width: 82px } .row { gap: 6px }
    .row img { width: 40px; height: 40px } .row figcaption { font-size: 7.5px }
  }`;
