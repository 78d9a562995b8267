package tiles

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"sync"

	"github.com/maypok86/otter/v2"
	"github.com/maypok86/otter/v2/stats"

	"yiju/geo"
)

// Cache keeps drawn tiles in memory, empty ones too. A tile that several ask for
// at once is drawn once. Changed makes it forget the tiles that a change touches
// and no others: a tile that is being drawn while its layer changes is given to
// those who wait for it, and to nobody after.
//
// All tiles of a cache are drawn with the same Options. A Cache may be used by
// several goroutines.
type Cache struct {
	bodies *otter.Cache[cacheKey, *Body]
	drawn  chan struct{} // holds a token for each tile being drawn
	buffer float64

	mu      sync.RWMutex
	clock   uint64 // counts changes
	changes map[string]*changeLog
}

// cacheKey names a drawn tile. asOf is the last change that touched it, so that a
// change puts what was drawn before out of reach; it is evicted in its turn.
type cacheKey struct {
	layers string
	coord  Coord
	asOf   uint64
}

// DefaultCacheBytes bounds a cache for which no bound is given.
const DefaultCacheBytes = 256 << 20

// bodyOverhead is about what an entry takes beside its compressed bytes.
const bodyOverhead = 400

// NewCache makes a cache that holds about maxBytes at most, 0 being
// DefaultCacheBytes, of tiles drawn with o.
func NewCache(maxBytes uint64, o Options) (*Cache, error) {
	if maxBytes == 0 {
		maxBytes = DefaultCacheBytes
	}
	bodies, err := otter.New(&otter.Options[cacheKey, *Body]{
		MaximumWeight: maxBytes,
		Weigher: func(k cacheKey, b *Body) uint32 {
			return uint32(bodyOverhead + len(k.layers) + len(b.Gzip))
		},
		StatsRecorder: stats.NewCounter(),
	})
	if err != nil {
		return nil, err
	}
	return &Cache{
		bodies: bodies, buffer: o.reach(),
		drawn:   make(chan struct{}, runtime.GOMAXPROCS(0)),
		changes: make(map[string]*changeLog),
	}, nil
}

// Get gives the tile of some layers, in their order, drawing it with draw when it
// is not there. An error is not kept. When the one who draws gives up because
// ctx ends, another who waits draws again.
func (k *Cache) Get(ctx context.Context, c Coord, layers []string, draw func(context.Context) (Tile, error)) (*Body, error) {
	key := cacheKey{layers: strings.Join(layers, "\x00"), coord: c, asOf: k.lastChange(layers, c)}
	mine := false
	loader := otter.LoaderFunc[cacheKey, *Body](func(ctx context.Context, _ cacheKey) (*Body, error) {
		mine = true
		return k.draw(ctx, draw)
	})
	for {
		b, err := k.bodies.Get(ctx, key, loader)
		gaveUp := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
		if !gaveUp || mine || ctx.Err() != nil {
			return b, err
		}
	}
}

// draw waits for its turn: more tiles at a time than there are cores would only
// make all of them late.
func (k *Cache) draw(ctx context.Context, draw func(context.Context) (Tile, error)) (*Body, error) {
	select {
	case k.drawn <- struct{}{}:
		defer func() { <-k.drawn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	t, err := draw(ctx)
	if err != nil {
		return nil, err
	}
	b, err := Pack(t)
	return &b, err
}

// Changed forgets the tiles of a layer that an extent in degrees touches, buffers
// included. The extent must hold the old and the new places of what changed.
// World forgets all tiles of the layer, as a new schema needs; an empty extent
// none.
func (k *Cache) Changed(layer string, extent geo.Extent) {
	if extent.IsEmpty() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.clock++
	log := k.changes[layer]
	if log == nil {
		log = &changeLog{}
		k.changes[layer] = log
	}
	log.add(change{k.clock, extent})
}

// Reach is the area in degrees, buffers included, outside which no feature is of
// consequence for a tile drawn with o. It is what a Cache goes by.
func Reach(c Coord, o Options) geo.Extent { return c.grown(o.reach()) }

// reach is how far around a tile features are looked for, in units, and one more.
func (o Options) reach() float64 {
	o = o.withDefaults()
	return float64(o.buffer() + 1)
}

// World is the extent of everything.
func World() geo.Extent { return geo.Extent{MinX: -180, MinY: -90, MaxX: 180, MaxY: 90} }

// lastChange is the last change of any of the layers that touches a tile.
func (k *Cache) lastChange(layers []string, c Coord) uint64 {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if k.clock == 0 {
		return 0
	}
	area := c.grown(k.buffer)
	last := uint64(0)
	for _, layer := range layers {
		if log := k.changes[layer]; log != nil {
			last = max(last, log.last(area))
		}
	}
	return last
}

// CacheStats are counts since the cache was made, and what it holds now.
type CacheStats struct {
	Hits, Misses, Evictions uint64
	Tiles                   int
	Bytes                   uint64
}

// Stats tells how the cache does.
func (k *Cache) Stats() CacheStats {
	s := k.bodies.Stats()
	return CacheStats{
		Hits: s.Hits, Misses: s.Misses, Evictions: s.Evictions,
		Tiles: k.bodies.EstimatedSize(), Bytes: k.bodies.WeightedSize(),
	}
}

// Close ends the goroutines of the cache, which must not be used after.
func (k *Cache) Close() {
	k.bodies.InvalidateAll()
	k.bodies.StopAllGoroutines()
}

// changeLog remembers what changed in a layer: the last changes one by one, those
// before as one.
type changeLog struct {
	recent []change // oldest first
	before change
}

type change struct {
	at     uint64
	extent geo.Extent
}

// maxRecent bounds the changes that are told apart.
const maxRecent = 256

func (l *changeLog) add(c change) {
	if len(l.recent) == maxRecent {
		oldest := l.recent[0]
		if l.before.at == 0 {
			l.before.extent = geo.EmptyExtent()
		}
		l.before = change{oldest.at, l.before.extent.Union(oldest.extent)}
		l.recent = append(l.recent[:0], l.recent[1:]...)
	}
	l.recent = append(l.recent, c)
}

// last is the last change that touches an area, or one a little later; 0 when none
// does.
func (l *changeLog) last(area geo.Extent) uint64 {
	for i := len(l.recent) - 1; i >= 0; i-- {
		if l.recent[i].extent.Touches(area) {
			return l.recent[i].at
		}
	}
	if l.before.at > 0 && l.before.extent.Touches(area) {
		return l.before.at
	}
	return 0
}
