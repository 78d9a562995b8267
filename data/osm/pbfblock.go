package osm

import (
	"errors"
	"fmt"

	"github.com/paulmach/orb"
	"google.golang.org/protobuf/encoding/protowire"
)

// pbfBlock reads one block of objects. Its buffers are reused from block to block.
type pbfBlock struct {
	l                    *loader
	text                 [][]byte // the block's string table
	ids                  []uint32 // number+1 of each string in the file's table, 0 before its first use
	granularity          int64
	latOffset, lonOffset int64

	// Columns of the object being read.
	a, b, c, keyvals, visible []uint64
	lats, lons                []uint64
	pairs                     []uint32
	refs                      []int64
	members                   []member
}

func (b *pbfBlock) read(l *loader, data []byte) error {
	b.l, b.text, b.granularity, b.latOffset, b.lonOffset = l, b.text[:0], 100, 0, 0
	var groups [][]byte
	err := fields(data, func(num protowire.Number, _ protowire.Type, v uint64, msg []byte) error {
		switch num {
		case 1:
			return fields(msg, func(num protowire.Number, typ protowire.Type, _ uint64, s []byte) error {
				if num == 1 && typ == protowire.BytesType {
					b.text = append(b.text, s)
				}
				return nil
			})
		case 2:
			groups = append(groups, msg)
		case 17:
			b.granularity = int64(v)
		case 19:
			b.latOffset = int64(v)
		case 20:
			b.lonOffset = int64(v)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if cap(b.ids) < len(b.text) {
		b.ids = make([]uint32, len(b.text))
	}
	b.ids = b.ids[:len(b.text)]
	clear(b.ids)
	for _, g := range groups {
		if err := b.group(g); err != nil {
			return err
		}
	}
	return nil
}

func (b *pbfBlock) group(msg []byte) error {
	return fields(msg, func(num protowire.Number, typ protowire.Type, _ uint64, m []byte) error {
		if typ != protowire.BytesType {
			return nil
		}
		switch num {
		case 1:
			return b.node(m)
		case 2:
			return b.dense(m)
		case 3:
			return b.way(m)
		case 4:
			return b.relation(m)
		}
		return nil
	})
}

func (b *pbfBlock) reset() {
	b.a, b.b, b.c, b.keyvals, b.visible = b.a[:0], b.b[:0], b.c[:0], b.keyvals[:0], b.visible[:0]
	b.lats, b.lons, b.refs, b.members, b.pairs = b.lats[:0], b.lons[:0], b.refs[:0], b.members[:0], b.pairs[:0]
}

var (
	errString  = errors.New("an index lies outside the string table")
	errColumns = errors.New("columns of different length")
	errTags    = errors.New("an object has too many tags")
)

// str gives the file-wide number of a string of this block.
func (b *pbfBlock) str(i uint64) (uint32, error) {
	if i >= uint64(len(b.text)) {
		return 0, errString
	}
	if id := b.ids[i]; id != 0 {
		return id - 1, nil
	}
	id, err := b.l.intern(string(b.text[i]))
	b.ids[i] = id + 1
	return id, err
}

// tags turns columns of keys and values into pairs.
func (b *pbfBlock) tags(keys, values []uint64) error {
	if len(keys) != len(values) {
		return errColumns
	}
	if len(keys) > maxTags {
		return errTags
	}
	b.pairs = b.pairs[:0]
	for i := range keys {
		k, err := b.str(keys[i])
		if err != nil {
			return err
		}
		v, err := b.str(values[i])
		if err != nil {
			return err
		}
		b.pairs = append(b.pairs, k, v)
	}
	return nil
}

// info tells whether an object is visible; it is unless it says otherwise.
func info(msg []byte) (visible bool, err error) {
	visible = true
	err = fields(msg, func(num protowire.Number, typ protowire.Type, v uint64, _ []byte) error {
		if num == 6 && typ == protowire.VarintType {
			visible = v != 0
		}
		return nil
	})
	return visible, err
}

// object walks the fields that ways, relations and plain nodes have in common
// and hands the others on.
func (b *pbfBlock) object(msg []byte, other func(num protowire.Number, typ protowire.Type, v uint64, m []byte) error) (id uint64, visible bool, err error) {
	b.reset()
	visible = true
	err = fields(msg, func(num protowire.Number, typ protowire.Type, v uint64, m []byte) error {
		var err error
		switch num {
		case 1:
			id = v
		case 2:
			b.a, err = numbers(b.a, typ, v, m)
		case 3:
			b.b, err = numbers(b.b, typ, v, m)
		case 4:
			visible, err = info(m)
		default:
			err = other(num, typ, v, m)
		}
		return err
	})
	if err == nil {
		err = b.tags(b.a, b.b)
	}
	return id, visible, err
}

func (b *pbfBlock) node(msg []byte) error {
	var lat, lon int64
	id, visible, err := b.object(msg, func(num protowire.Number, _ protowire.Type, v uint64, _ []byte) error {
		switch num {
		case 8:
			lat = protowire.DecodeZigZag(v)
		case 9:
			lon = protowire.DecodeZigZag(v)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return b.l.addNode(protowire.DecodeZigZag(id), b.place(lon, lat), b.pairs, visible)
}

func (b *pbfBlock) dense(msg []byte) error {
	b.reset()
	err := fields(msg, func(num protowire.Number, typ protowire.Type, v uint64, m []byte) error {
		var err error
		switch num {
		case 1:
			b.a, err = numbers(b.a, typ, v, m)
		case 5:
			err = fields(m, func(num protowire.Number, typ protowire.Type, v uint64, m []byte) error {
				if num != 6 {
					return nil
				}
				var err error
				b.visible, err = numbers(b.visible, typ, v, m)
				return err
			})
		case 8:
			b.lats, err = numbers(b.lats, typ, v, m)
		case 9:
			b.lons, err = numbers(b.lons, typ, v, m)
		case 10:
			b.keyvals, err = numbers(b.keyvals, typ, v, m)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("dense nodes: %w", err)
	}
	if len(b.lats) != len(b.a) || len(b.lons) != len(b.a) || len(b.visible) > 0 && len(b.visible) != len(b.a) {
		return fmt.Errorf("dense nodes: %w", errColumns)
	}
	return b.denseNodes()
}

func (b *pbfBlock) denseNodes() error {
	var id, lat, lon int64
	kv := b.keyvals
	for i := range b.a {
		id += protowire.DecodeZigZag(b.a[i])
		lat += protowire.DecodeZigZag(b.lats[i])
		lon += protowire.DecodeZigZag(b.lons[i])
		// Keys and values of each node end with a 0.
		b.b, b.c = b.b[:0], b.c[:0]
		for len(kv) > 0 && kv[0] != 0 {
			if len(kv) < 2 {
				return fmt.Errorf("dense nodes: %w", errColumns)
			}
			b.b, b.c = append(b.b, kv[0]), append(b.c, kv[1])
			kv = kv[2:]
		}
		if len(kv) > 0 {
			kv = kv[1:]
		}
		if err := b.tags(b.b, b.c); err != nil {
			return fmt.Errorf("node %d: %w", id, err)
		}
		visible := len(b.visible) == 0 || b.visible[i] != 0
		if err := b.l.addNode(id, b.place(lon, lat), b.pairs, visible); err != nil {
			return err
		}
	}
	return nil
}

func (b *pbfBlock) way(msg []byte) error {
	id, visible, err := b.object(msg, func(num protowire.Number, typ protowire.Type, v uint64, m []byte) error {
		var err error
		switch num {
		case 8:
			b.c, err = numbers(b.c, typ, v, m)
		case 9:
			b.lats, err = numbers(b.lats, typ, v, m)
		case 10:
			b.lons, err = numbers(b.lons, typ, v, m)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("way: %w", err)
	}
	ref := int64(0)
	for _, v := range b.c {
		ref += protowire.DecodeZigZag(v)
		b.refs = append(b.refs, ref)
	}
	if len(b.lats) == len(b.refs) && len(b.lons) == len(b.refs) {
		b.bring()
	}
	return b.l.addWay(int64(id), b.refs, b.pairs, visible)
}

// bring keeps the coordinates of a way that carries them itself.
func (b *pbfBlock) bring() {
	var lat, lon int64
	for i, ref := range b.refs {
		lat += protowire.DecodeZigZag(b.lats[i])
		lon += protowire.DecodeZigZag(b.lons[i])
		if p := b.place(lon, lat); usable(p) && p != (orb.Point{}) {
			b.l.bring(ref, p)
		}
	}
}

func (b *pbfBlock) relation(msg []byte) error {
	id, visible, err := b.object(msg, func(num protowire.Number, typ protowire.Type, v uint64, m []byte) error {
		var err error
		switch num {
		case 8:
			b.lats, err = numbers(b.lats, typ, v, m)
		case 9:
			b.c, err = numbers(b.c, typ, v, m)
		case 10:
			b.lons, err = numbers(b.lons, typ, v, m)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("relation: %w", err)
	}
	roles, types := b.lats, b.lons
	if len(roles) != len(b.c) || len(types) != len(b.c) {
		return fmt.Errorf("relation %d: %w", id, errColumns)
	}
	ref := int64(0)
	for i, v := range b.c {
		ref += protowire.DecodeZigZag(v)
		role, err := b.str(roles[i])
		if err != nil {
			return fmt.Errorf("relation %d: %w", id, err)
		}
		if types[i] > uint64(memberRelation) {
			continue
		}
		b.members = append(b.members, member{ref: ref, role: role, typ: memberType(types[i])})
	}
	return b.l.addRelation(int64(id), b.members, b.pairs, visible)
}
