package api

import (
	"context"
	"log/slog"
	"sync"

	"yiju/layers"
)

// Bounds on who waits for news.
const (
	maxListeners = 64
	keptAuthors  = 256 // revisions whose authors are remembered
)

// news tells that scenarios were written, by this server or by another on the same
// store.
type news struct {
	done <-chan struct{} // closed when the server ends

	mu        sync.Mutex
	next      chan struct{} // closed at the next news
	listeners int
	authors   map[layers.Revision]string
}

// listen follows the news of a store until ctx ends. A store that tells none is heard
// of by what this server itself writes.
func listen(ctx context.Context, store layers.Store, log *slog.Logger) (*news, error) {
	n := &news{done: ctx.Done(), next: make(chan struct{}), authors: make(map[layers.Revision]string)}
	teller, ok := store.(layers.Notifier)
	if !ok {
		return n, nil
	}
	numbers, err := teller.Notify(ctx)
	if err != nil {
		return nil, err
	}
	seen := layers.Revision(0)
	if numbered, ok := store.(layers.Numbered); ok {
		if seen, err = numbered.Newest(ctx); err != nil {
			return nil, err
		}
	}
	go func() {
		for range numbers {
			changes, err := store.Changes(ctx, seen)
			if err != nil {
				if ctx.Err() == nil {
					log.WarnContext(ctx, "news of scenarios", "err", err)
				}
				n.tell(nil) // whoever listens looks for himself
				continue
			}
			if len(changes) > 0 {
				seen = changes[len(changes)-1].Revision
			}
			n.tell(ofBook(changes))
		}
	}()
	return n, nil
}

// ofBook are the changes that wrote a scenario; not nil.
func ofBook(changes []layers.Change) []layers.Change {
	out := []layers.Change{}
	for _, c := range changes {
		for _, l := range c.Layers {
			if l.Layer == layers.ScenariosLayer {
				out = append(out, c)
				break
			}
		}
	}
	return out
}

// tell wakes everyone who waits, if there were changes; nil is "there may have been".
func (n *news) tell(changes []layers.Change) {
	if changes != nil && len(changes) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range changes {
		n.authors[c.Revision] = c.Author
	}
	for len(n.authors) > keptAuthors {
		oldest := layers.Revision(0)
		for at := range n.authors {
			if oldest == 0 || at < oldest {
				oldest = at
			}
		}
		delete(n.authors, oldest)
	}
	close(n.next)
	n.next = make(chan struct{})
}

// wrote tells what this server itself wrote.
func (n *news) wrote(version int64, author string) {
	n.tell([]layers.Change{{Revision: layers.Revision(version), Author: author}})
}

// join takes a place among the listeners; false when all are taken.
func (n *news) join() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners == maxListeners {
		return false
	}
	n.listeners++
	return true
}

func (n *news) leave() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.listeners--
}

// wait is closed at the next news.
func (n *news) wait() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.next
}

// author tells who wrote a revision of the book; empty when it is long ago.
func (n *news) author(at layers.Revision) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.authors[at]
}
