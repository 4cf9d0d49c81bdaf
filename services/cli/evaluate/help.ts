export const EVALUATE_HELP = `
<data> is a folder with one folder a person, in it that person's faces, aligned to the 112 x 112
template of five points, or clips; or a .npy file of features ([faces, dimensions], float32) with --list.
Every pair of faces is compared (image track) and every pair of templates (video track): clips, or sets
of 4 and 8 faces unless --sharp says otherwise. A clip should show the person alone: its longest track
counts, others in it are put aside; a note names the clips where they stay long.

A true positive rate is read off at each false positive rate that the pairs can tell of. Intervals are
95 % by bootstrap over people. Faces stay in memory; the report has none unless --with-faces is given.

Examples:
  clipid evaluate people/
  clipid evaluate people/ --aggregation qan,mean --sharp 2-of-8 --sharp 8-of-8 --report report.html
  clipid evaluate people/ --bundle default --bundle polyface-qan --degrade motion-blur,noise
  clipid evaluate people/ --sharp 2-of-8 --degrade defocus,noise --each-kind --aggregation qan,mean
  clipid evaluate features.npy --list list.csv --json`;
