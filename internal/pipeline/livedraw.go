package pipeline

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"yiju/analysis/indicator"
)

// liveDrawing is the drawing of result layers behind the values: it gives way to edits.
type liveDrawing struct {
	mu     sync.Mutex    // one drawing at a time
	wanted atomic.Uint64 // counts the updates that a drawing must give way to
}

// stop makes a drawing under way give way.
func (d *liveDrawing) stop() { d.wanted.Add(1) }

// errOvertaken tells that the scenario was edited while it was drawn.
var errOvertaken = errors.New("pipeline: the scenario moved on")

// Draw makes the result layers of what was judged last, and keeps them, with the
// judgement, in the scenario's view. It works in steps, and gives way when the
// scenario is edited in between: drawn is then false.
func (l *Live) Draw(ctx context.Context) (drawn bool, err error) {
	l.drawing.mu.Lock()
	defer l.drawing.mu.Unlock()
	turn := l.drawing.wanted.Load()
	l.mu.Lock()
	w, j := l.w, l.now
	l.mu.Unlock()
	if w == nil {
		return false, nil
	}
	for _, need := range w.needs {
		err := l.drawStep(ctx, turn, w.runs[need.Key()])
		if errors.Is(err, errOvertaken) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return l.keepDrawn(ctx, w, j, turn)
}

// drawStep draws one run, beside which the scenario can be edited.
func (l *Live) drawStep(ctx context.Context, turn uint64, run *judgedRun) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if l.drawing.wanted.Load() != turn {
		return errOvertaken
	}
	if run.missing != nil || run.answer.draw == nil || run.result() != nil {
		return nil
	}
	result, err := run.answer.draw()
	if err != nil {
		return err
	}
	run.drawn.Store(&result)
	return nil
}

// keepDrawn writes what was drawn into the view.
func (l *Live) keepDrawn(ctx context.Context, w *judging, j *indicator.Judgement, turn uint64) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.w != w || l.drawing.wanted.Load() != turn {
		return false, nil
	}
	return true, l.pipeline.keepJudgement(ctx, w, j)
}
