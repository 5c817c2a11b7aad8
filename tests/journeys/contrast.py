"""axe's rule for contrast, which looks at texts that are coloured alike once (docs/adr/0057-nothing-is-drawn.md)."""

ONCE = """(() => {
  const rule = axe._audit.rules.find(one => one.id === 'color-contrast'), check = axe._audit.checks['color-contrast'];
  const { matches } = rule, { evaluate } = check, { getTextElementStack, isVisibleOnScreen } = axe.commons.dom;
  const FIELDS = new Set(['input', 'select', 'textarea']);
  const GROUND = [
    'background-color', 'background-image', 'background-clip', 'opacity', 'filter', 'mix-blend-mode', 'text-shadow',
  ];
  const LETTERS = ['color', '-webkit-text-fill-color', '-webkit-text-stroke', 'font-size', 'font-weight'];
  const numbers = new Map(), grounds = new WeakMap(), lines = new WeakMap(), passed = new Set();

  const numbered = text => numbers.get(text) ?? (numbers.set(text, numbers.size), numbers.size - 1);
  const style = (element, names) => {
    const found = getComputedStyle(element);
    return numbered(names.map(name => found.getPropertyValue(name)).join(';'));
  };
  const once = (known, node, count) => known.get(node) ?? (known.set(node, count(node)), known.get(node));
  const ground = node => once(grounds, node, () => style(node.actualNode, GROUND));
  const line = node => node ? once(lines, node, () => numbered(`${ground(node)}<${line(node.parent)}`)) : '';
  const under = stack => stack.map(element => ground(axe.utils.getNodeFromTree(element))).join();
  const kind = (element, node) =>
    [style(element, LETTERS), line(node), ...getTextElementStack(element).map(under)].join('/');

  const hasWords = node => FIELDS.has(node.props.nodeName)
    || node.children.some(one => one.props.nodeName === '#text' && one.props.nodeValue.trim());

  rule.matches = (element, node) => hasWords(node) && isVisibleOnScreen(node);
  check.evaluate = function (element, options, node, context) {
    const same = kind(element, node);
    if (passed.has(same) || !matches(element, node, context)) return true;
    const found = evaluate.call(this, element, options, node, context);
    if (found === true) passed.add(same);
    return found;
  };
})()"""
"""For a page that has axe.  Texts with the same letters on the same ground have the same contrast: once one has passed, all have.
What fails is looked at for each, and said of each.

A text's ground is everything that axe finds below it, and all that it lies in, by what colours it.  It is read anew in each run
(axe makes its nodes anew), so light and dark are two grounds.  What has no words of its own is left out at once: axe's own
question comes to the same by a long way.
"""
