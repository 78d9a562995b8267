package walk

// findComponents parts the nodes into sets within which everybody can walk from
// anywhere to anywhere, by Tarjan's algorithm. Gates for residents count as open
// both ways: a private zone is not an island. The numbers of the sets follow the
// order of the nodes.
func (b *builder) findComponents() {
	head, to := b.adjacency()
	n := int32(len(b.nodes))
	b.comp = make([]int32, n)
	for i := range b.comp {
		b.comp[i] = -1
	}
	t := tarjan{head: head, to: to, comp: b.comp, low: make([]int32, n), num: make([]int32, n)}
	for v := range n {
		if t.num[v] == 0 {
			t.visit(v)
		}
	}
	// Renumber by first node, and measure.
	rank := make([]int32, t.found)
	for i := range rank {
		rank[i] = -1
	}
	next := int32(0)
	for v := range n {
		if c := b.comp[v]; rank[c] < 0 {
			rank[c] = next
			next++
		}
		b.comp[v] = rank[b.comp[v]]
	}
	b.compLen = make([]float64, next)
	for i := range b.edges {
		if e := &b.edges[i]; b.comp[e.a] == b.comp[e.b] && !b.strands[e.strand].chord {
			b.compLen[b.comp[e.a]] += b.length(e)
		}
	}
	b.main = 0
	if len(b.compLen) > 0 {
		b.main = longest(b.compLen)
	}
}

// adjacency lists, for each node, the nodes that can be walked to.
func (b *builder) adjacency() (head, to []int32) {
	head = make([]int32, len(b.nodes)+1)
	b.eachArc(func(from, _ int32) { head[from+1]++ })
	for i := 1; i < len(head); i++ {
		head[i] += head[i-1]
	}
	to = make([]int32, head[len(head)-1])
	next := append([]int32(nil), head...)
	b.eachArc(func(from, dest int32) {
		to[next[from]] = dest
		next[from]++
	})
	return head, to
}

func (b *builder) eachArc(f func(from, to int32)) {
	for i := range b.edges {
		e := &b.edges[i]
		m := b.strands[e.strand].walk
		if m.forward {
			f(e.a, e.b)
		}
		if m.backward {
			f(e.b, e.a)
		}
	}
	for _, a := range b.arcs {
		f(a.from, a.to)
		f(a.to, a.from)
	}
}

// tarjan finds strongly connected components without recursion.
type tarjan struct {
	head, to  []int32
	comp      []int32
	low, num  []int32 // num is 0 for nodes not seen
	count     int32
	found     int32
	stack     []int32
	calls     []int32 // nodes being visited
	positions []int32 // next arc of each
}

func (t *tarjan) visit(root int32) {
	t.enter(root)
	for len(t.calls) > 0 {
		k := len(t.calls) - 1
		v := t.calls[k]
		if t.positions[k] < t.head[v+1] {
			w := t.to[t.positions[k]]
			t.positions[k]++
			if t.num[w] == 0 {
				t.enter(w)
			} else if t.comp[w] < 0 {
				t.low[v] = min(t.low[v], t.num[w])
			}
			continue
		}
		t.calls, t.positions = t.calls[:k], t.positions[:k]
		if k > 0 {
			u := t.calls[k-1]
			t.low[u] = min(t.low[u], t.low[v])
		}
		if t.low[v] == t.num[v] {
			t.close(v)
		}
	}
}

func (t *tarjan) enter(v int32) {
	t.count++
	t.num[v], t.low[v] = t.count, t.count
	t.stack = append(t.stack, v)
	t.calls, t.positions = append(t.calls, v), append(t.positions, t.head[v])
}

// close takes the component of v off the stack.
func (t *tarjan) close(v int32) {
	for {
		w := t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.comp[w] = t.found
		if w == v {
			break
		}
	}
	t.found++
}
