package tiles

// cross is twice the area of the triangle a, b, c; positive when c lies to the
// right of the way from a to b as drawn, y pointing down. Coordinates of clipped
// geometry are far too small for an overflow.
func cross(a, b, c pt) int64 {
	return (b[0]-a[0])*(c[1]-a[1]) - (b[1]-a[1])*(c[0]-a[0])
}

func dot(a, b, c pt) int64 {
	return (b[0]-a[0])*(c[0]-b[0]) + (b[1]-a[1])*(c[1]-b[1])
}

// area2 is twice the area of a ring that comes without its closing vertex, by the
// surveyor's formula: positive for a ring that is clockwise as drawn.
func area2(ring []pt) int64 {
	sum := int64(0)
	for i, p := range ring {
		q := ring[0]
		if i+1 < len(ring) {
			q = ring[i+1]
		}
		sum += p[0]*q[1] - q[0]*p[1]
	}
	return sum
}

// straighten takes out, in place, the vertices of a line that lie on the straight
// between their neighbours. A line that goes back on itself stays.
func straighten(line []pt) []pt {
	out := line[:0]
	for _, p := range line {
		n := len(out)
		if n > 0 && out[n-1] == p {
			continue
		}
		if n > 1 && cross(out[n-2], out[n-1], p) == 0 && dot(out[n-2], out[n-1], p) > 0 {
			n--
		}
		out = append(out[:n], p)
	}
	return out
}

// tidy takes out, in place, the vertices of a ring that lie on the straight
// between their neighbours, repeated vertices and spikes that go out and come
// back the same way. What remains encloses the same area; it is empty when there
// is none.
func tidy(ring []pt) []pt {
	out := ring[:0]
	for _, p := range ring {
		out = pushTidy(out, p)
	}
	// The ends meet: what was first may now be on a straight.
	for len(out) > 2 {
		n := len(out)
		switch {
		case out[0] == out[n-1], cross(out[n-2], out[n-1], out[0]) == 0:
			out = out[:n-1]
		case cross(out[n-1], out[0], out[1]) == 0:
			out = out[1:]
		default:
			return out
		}
	}
	return out[:0]
}

func pushTidy(out []pt, p pt) []pt {
	for n := len(out); n > 0; n = len(out) {
		if out[n-1] != p && (n < 2 || cross(out[n-2], out[n-1], p) != 0) {
			break
		}
		out = out[:n-1]
	}
	return append(out, p)
}

// where tells whether a point is inside a ring (1), on it (0) or outside (-1).
func where(p pt, ring []pt) int {
	inside := -1
	a := ring[len(ring)-1]
	for _, b := range ring {
		if min(a[1], b[1]) <= p[1] && p[1] <= max(a[1], b[1]) {
			turn := cross(a, b, p)
			if turn == 0 && min(a[0], b[0]) <= p[0] && p[0] <= max(a[0], b[0]) {
				return 0
			}
			// Half-open in y, so that a vertex at the height of p counts once.
			if (a[1] > p[1]) != (b[1] > p[1]) && (turn > 0) == (b[1] > a[1]) {
				inside = -inside
			}
		}
		a = b
	}
	return inside
}
