package radio

// tally is what a tile adds to the counts that values and notes are made of. All of
// it is whole numbers, so that the sum over tiles is exact in any order.
type tally struct {
	all, every count
	covered    []count // by group
	houses     []houseTally
	spare      spares
	pieces     pieces
}

// houseTally is what a tile adds to a building.
type houseTally struct {
	building        int32
	pixels, covered int64
}

// tallyOf counts a tile.
func (r *answer) tallyOf(t *Tile) tally {
	out := tally{covered: make([]count, len(r.groups))}
	operators := r.operatorBits()
	at := make(map[int32]int)
	for i, kind := range t.Kind {
		if kind == Outside {
			continue
		}
		out.all.add(kind)
		bits := t.Covers[i]
		for g := range out.covered {
			if bits>>g&1 != 0 {
				out.covered[g].add(kind)
			}
		}
		if operators != 0 && bits&operators == operators {
			out.every.add(kind)
		}
		if kind != Indoor {
			continue
		}
		n := len(out.houses) - 1
		if b := t.Building[i]; n < 0 || out.houses[n].building != b {
			var ok bool
			if n, ok = at[b]; !ok {
				n = len(out.houses)
				at[b] = n
				out.houses = append(out.houses, houseTally{building: b})
			}
		}
		h := &out.houses[n]
		h.pixels++
		if bits>>allGroup&1 != 0 {
			h.covered++
		}
	}
	out.spare.add(t)
	if r.countsSpots() {
		out.pieces = r.piecesOf(t)
	}
	return out
}

// countsSpots tells whether spots are looked for.
func (r *answer) countsSpots() bool { return r.wants("spots") || r.wantsGaps() }

// addTally adds the tally of a tile.
func (r *answer) addTally(t *tally) {
	add := func(to *count, c count) {
		to.outdoor += c.outdoor
		to.indoor += c.indoor
	}
	add(&r.all, t.all)
	add(&r.every, t.every)
	for g := range r.covered {
		add(&r.covered[g], t.covered[g])
	}
	for _, h := range t.houses {
		r.perHouse[h.building].pixels += h.pixels
		r.perHouse[h.building].covered += h.covered
	}
	r.spare.merge(&t.spare)
}

func (s *spares) merge(o *spares) {
	for i := range s.outdoor {
		s.outdoor[i] += o.outdoor[i]
		s.indoor[i] += o.indoor[i]
	}
	s.pixels += o.pixels
}

// pieces are the connected parts of spots in a tile, and where they meet its sides.
type pieces struct {
	kind   []uint8 // by piece: of the spot
	pixels []int64 // by piece
	// sides hold the piece of each pixel along the south, north, west and east of the
	// tile; −1 for none.
	south, north, west, east []int32
}

// spotKind is the kind of spot that a pixel belongs to, 0 for none.
func (r *answer) spotKind(kind uint8, covers uint64, rsrp float32) int32 {
	switch {
	case kind != Outdoor:
		return 0
	case covers>>allGroup&1 == 0:
		return uncoveredSpot
	case float64(rsrp) < r.weakFrom:
		return weakSpot
	}
	return 0
}

// piecesOf finds the parts of spots in a tile. As everywhere, pixels are connected by
// their sides.
func (r *answer) piecesOf(t *Tile) pieces {
	cols, rows := t.Grid.Cols, t.Grid.Rows
	of := make([]int32, cols*rows)
	var sets joined
	var kinds []uint8
	for i := range of {
		kind := r.spotKind(t.Kind[i], t.Covers[i], t.RSRP[i])
		if of[i] = -1; kind == 0 {
			continue
		}
		if w := i - 1; i%cols > 0 && of[w] >= 0 && int32(kinds[of[w]]) == kind {
			of[i] = of[w]
		}
		if s := i - cols; s >= 0 && of[s] >= 0 && int32(kinds[of[s]]) == kind {
			if of[i] < 0 {
				of[i] = of[s]
			} else {
				sets.join(of[i], of[s])
			}
		}
		if of[i] < 0 {
			of[i] = sets.add()
			kinds = append(kinds, uint8(kind))
		}
	}
	place := make([]int32, len(kinds)) // of a set among the pieces, from 1 on
	var out pieces
	for i, set := range of {
		if set < 0 {
			continue
		}
		set = sets.of(set)
		if place[set] == 0 {
			out.kind, out.pixels = append(out.kind, kinds[set]), append(out.pixels, 0)
			place[set] = int32(len(out.kind))
		}
		of[i] = place[set] - 1
		out.pixels[of[i]]++
	}
	out.south, out.north = of[:cols:cols], of[(rows-1)*cols:]
	for row := range rows {
		out.west, out.east = append(out.west, of[row*cols]), append(out.east, of[(row+1)*cols-1])
	}
	out.south, out.north = append([]int32(nil), out.south...), append([]int32(nil), out.north...)
	return out
}

// joined is sets of small numbers that are joined with one another.
type joined struct{ parent []int32 }

func (j *joined) add() int32 {
	n := int32(len(j.parent))
	j.parent = append(j.parent, n)
	return n
}

func (j *joined) of(i int32) int32 {
	for j.parent[i] != i {
		j.parent[i] = j.parent[j.parent[i]]
		i = j.parent[i]
	}
	return i
}

func (j *joined) join(a, b int32) {
	if a, b = j.of(a), j.of(b); a != b {
		j.parent[max(a, b)] = min(a, b)
	}
}

// countSmall puts the pieces of all tiles together, which come row by row, and counts
// the spots that are too small to be drawn.
func (r *answer) countSmall(tiles []*tally) {
	cols, _ := r.grid.tiles()
	first := make([]int32, len(tiles)) // the place of a tile's pieces among all
	var sets joined
	for k, t := range tiles {
		first[k] = int32(len(sets.parent))
		for range t.pieces.kind {
			sets.add()
		}
	}
	seam := func(a, b int, of, with []int32) {
		p, q := &tiles[a].pieces, &tiles[b].pieces
		for i, x := range of {
			if y := with[i]; x >= 0 && y >= 0 && p.kind[x] == q.kind[y] {
				sets.join(first[a]+x, first[b]+y)
			}
		}
	}
	for k := range tiles {
		if k%cols > 0 {
			seam(k-1, k, tiles[k-1].pieces.east, tiles[k].pieces.west)
		}
		if k >= cols {
			seam(k-cols, k, tiles[k-cols].pieces.north, tiles[k].pieces.south)
		}
	}
	sum := make([]int64, len(sets.parent))
	for k, t := range tiles {
		for i, n := range t.pieces.pixels {
			sum[sets.of(first[k]+int32(i))] += n
		}
	}
	for i, n := range sum {
		if sets.parent[i] == int32(i) && r.areaM2(n) < minSpotM2 {
			r.spots.small++
			r.spots.smallPixels += n
		}
	}
}
