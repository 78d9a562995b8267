package mvt

import "fmt"

// walker reads geometry commands.
type walker struct {
	commands []uint32
	at       int
	x, y     int32
}

const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// command reads a command and its count, which must be expected, followed by as
// many points as the count says.
func (w *walker) command(want uint32) (count int, err error) {
	if w.at >= len(w.commands) {
		return 0, fmt.Errorf("mvt: command %d: geometry ends before command %d", w.at, want)
	}
	id, n := w.commands[w.at]&7, w.commands[w.at]>>3
	if id != want {
		return 0, fmt.Errorf("mvt: command %d: is %d, not %d", w.at, id, want)
	}
	w.at++
	if want != closePath && n > uint32(len(w.commands)-w.at)/numbersPerPoint {
		return 0, fmt.Errorf("mvt: command %d: count %d goes beyond the geometry", w.at-1, n)
	}
	return int(n), nil
}

// point reads a move. Sums beyond 32 bits wrap around.
func (w *walker) point() XY {
	w.x += unzigzag(w.commands[w.at])
	w.y += unzigzag(w.commands[w.at+1])
	w.at += numbersPerPoint
	return XY{w.x, w.y}
}

func unzigzag(v uint32) int32 { return int32(v>>1) ^ -int32(v&1) }

func (w *walker) points() ([][]XY, error) {
	n, err := w.command(moveTo)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, fmt.Errorf("mvt: command 0: a point needs a count of 1 or more")
	}
	out := make([]XY, n)
	for i := range out {
		out[i] = w.point()
	}
	if w.at != len(w.commands) {
		return nil, fmt.Errorf("mvt: command %d: a point has one command only", w.at)
	}
	return [][]XY{out}, nil
}

func (w *walker) paths(closed bool) ([][]XY, error) {
	var out [][]XY
	least := 1
	if closed {
		least = 2
	}
	if len(w.commands) == 0 {
		return nil, fmt.Errorf("mvt: command 0: there is no geometry")
	}
	for w.at < len(w.commands) {
		n, err := w.command(moveTo)
		if err != nil {
			return nil, err
		}
		if n != 1 {
			return nil, fmt.Errorf("mvt: command %d: a line starts with a count of 1, not %d", w.at-1, n)
		}
		first := w.point()
		if n, err = w.command(lineTo); err != nil {
			return nil, err
		}
		if n < least {
			return nil, fmt.Errorf("mvt: command %d: a count of %d is too small", w.at-1, n)
		}
		path := make([]XY, 1, n+1+1) // room for a closing vertex
		path[0] = first
		for range n {
			path = append(path, w.point())
		}
		out = append(out, path)
		if !closed {
			continue
		}
		if n, err = w.command(closePath); err != nil {
			return nil, err
		}
		if n != 1 {
			return nil, fmt.Errorf("mvt: command %d: ClosePath has a count of 1, not %d", w.at-1, n)
		}
	}
	return out, nil
}
