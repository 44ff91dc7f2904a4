using System.Runtime.InteropServices;

namespace CanvasWeb.Web.Moderation.Prompts;

/// <summary>
/// All patterns at once, in one pass (Aho and Corasick 1975): a tree of the patterns, and from each place in it a link to the longest end that
/// is also a beginning. A text of n characters takes at most 2n steps along tree and links, and one more for each hit.
/// </summary>
internal sealed class TermMatcher
{
    private readonly List<Node> _nodes = [new()];

    public TermMatcher(IEnumerable<(TermPattern Pattern, PolicyLine Line)> patterns)
    {
        foreach (var (pattern, line) in patterns)
            Add(pattern, line);
        Link();
    }

    /// <param name="steps">Counts what was done, for the test that this is linear.</param>
    public List<TermHit> Find(string folded, ref long steps)
    {
        var hits = new List<TermHit>();
        var at = 0;
        for (var i = 0; i < folded.Length; i++)
        {
            int next;
            for (steps++; !_nodes[at].Next.TryGetValue(folded[i], out next) && at != 0; steps++)
                at = _nodes[at].Fallback;
            at = next; // 0 where not even the root goes on.
            for (var ends = at; ends > 0; ends = _nodes[ends].NextEnd)
            {
                foreach (var (pattern, line) in _nodes[ends].Ends)
                {
                    steps++;
                    hits.Add(new(line, i + 1 - pattern.Text.Length, EndOf(pattern, folded, i)));
                }
            }
        }

        return hits;
    }

    // To the end of the word for a prefix. Prefixes begin where a word begins, so few of them share a word.
    private static int EndOf(TermPattern pattern, string folded, int last) =>
        pattern.IsPrefix && folded.IndexOf(' ', last) is >= 0 and var space ? space + 1 : last + 1;

    private void Add(TermPattern pattern, PolicyLine line)
    {
        var at = 0;
        foreach (var c in pattern.Text)
        {
            ref var next = ref CollectionsMarshal.GetValueRefOrAddDefault(_nodes[at].Next, c, out var isKnown);
            if (!isKnown)
            {
                next = _nodes.Count;
                _nodes.Add(new());
            }

            at = next;
        }

        _nodes[at].Ends.Add((pattern, line));
    }

    // Breadth first, so that a node's link is known before its children's.
    private void Link()
    {
        var queue = new Queue<int>(_nodes[0].Next.Values);
        while (queue.TryDequeue(out var at))
        {
            foreach (var (c, child) in _nodes[at].Next)
            {
                var fallback = _nodes[at].Fallback;
                int next;
                while (!_nodes[fallback].Next.TryGetValue(c, out next) && fallback != 0)
                    fallback = _nodes[fallback].Fallback;
                _nodes[child].Fallback = next;
                queue.Enqueue(child);
            }

            var link = _nodes[at].Fallback;
            _nodes[at].NextEnd = _nodes[link].Ends.Count > 0 ? link : _nodes[link].NextEnd;
        }
    }

    private sealed class Node
    {
        public Dictionary<char, int> Next { get; } = [];

        public List<(TermPattern Pattern, PolicyLine Line)> Ends { get; } = [];

        /// <summary>The longest end of this that is a beginning of a pattern; 0 is the root.</summary>
        public int Fallback { get; set; }

        /// <summary>The nearest of the fallbacks where a pattern ends; 0 for none.</summary>
        public int NextEnd { get; set; }
    }
}
