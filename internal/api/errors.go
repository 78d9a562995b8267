package api

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"yiju/geo"
	"yiju/layers"
	"yiju/layers/scenario"
)

// problem is the body of every answer that is not what was asked for.
type problem struct {
	status  int
	Code    string     `json:"code" doc:"A word for programs"`
	Message geo.Text   `json:"message"`
	Fixes   []geo.Text `json:"fixes,omitempty" doc:"What to do, most likely first"`
	// Problems and Conflicts say what is wrong with single features.
	Problems  []geo.Problem  `json:"problems,omitempty"`
	Conflicts []conflictBody `json:"conflicts,omitempty" doc:"Edits that met another state than their author saw"`
}

// conflictBody is an edit that met another state than its author saw. A side is null
// where it holds nothing.
type conflictBody struct {
	Layer  string    `json:"layer"`
	ID     string    `json:"id"`
	Op     layers.Op `json:"op"`
	Seen   int64     `json:"seen" doc:"The version that the author saw"`
	Yours  *feature  `json:"yours"`
	Theirs *feature  `json:"theirs"`
}

func (p *problem) Error() string { return p.Message.EN }

// GetStatus implements huma.StatusError.
func (p *problem) GetStatus() int { return p.status }

// asProblem is the one place that turns errors into answers. What is not meant
// for the user goes to the log.
func (s *Server) asProblem(ctx context.Context, err error) error {
	var missing *layers.NoLayerError
	var revision *layers.NoRevisionError
	var unknown *scenario.NoScenarioError
	var conflict *layers.ConflictError
	var invalid *layers.InvalidError
	var told *problem
	fault := geo.AsFault(err)
	switch {
	case errors.As(err, &told):
		return told
	case errors.As(err, &missing):
		return &problem{status: http.StatusNotFound, Code: "no-layer",
			Message: geo.Tf("没有图层 %q", "there is no layer %q", missing.Layer),
			Fixes:   []geo.Text{geo.T("检查图层名；GET /api/layers 列出有哪些", "check its name; GET /api/layers lists what there is")}}
	case errors.As(err, &revision):
		return &problem{status: http.StatusNotFound, Code: "no-revision",
			Message: geo.Tf("没有版本 %d", "there is no revision %d", revision.Asked),
			Fixes:   []geo.Text{geo.Tf("最新版本为 %d；不指定版本即取最新", "the newest is %d; leave it away to take that", revision.Newest)}}
	case errors.As(err, &unknown):
		return &problem{status: http.StatusNotFound, Code: "no-scenario",
			Message: geo.Tf("没有方案 %q", "there is no scenario %q", unknown.ID),
			Fixes:   []geo.Text{geo.T("重新载入方案列表", "load the list of scenarios again")}}
	case errors.As(err, &conflict):
		return conflictProblem(conflict, fault)
	case errors.As(err, &invalid):
		return invalidProblem(invalid)
	case fault != nil:
		if fault.Err != nil {
			s.log.WarnContext(ctx, "refused", "what", fault.What.EN, "cause", fault.Err)
		}
		return &problem{status: http.StatusUnprocessableEntity, Code: "refused", Message: fault.What, Fixes: fault.Fix}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return &problem{status: http.StatusServiceUnavailable, Code: "cancelled",
			Message: geo.T("请求已取消或超时", "the request was cancelled or took too long")}
	}
	s.log.ErrorContext(ctx, "broken", "err", err)
	return &problem{status: http.StatusInternalServerError, Code: "broken",
		Message: geo.T("服务内部出错", "the server broke on this request"),
		Fixes:   []geo.Text{geo.T("查看服务日志", "see the server's log")}}
}

// conflictProblem shows both sides of what met another state. The fault says it in
// words, where there is one.
func conflictProblem(err *layers.ConflictError, fault *geo.Fault) *problem {
	p := &problem{status: http.StatusConflict, Code: "conflict", Conflicts: []conflictBody{},
		Message: geo.Tf("%d 处编辑所依据的内容已被他人修改", "%d edits met another state than their author saw", err.Total),
		Fixes:   []geo.Text{geo.T("查看对方的修改，再决定是否重新提交", "look at what is there now, and decide whether to edit it again")}}
	if fault != nil {
		p.Message, p.Fixes = fault.What, fault.Fix
	} else if len(err.Conflicts) == 1 && err.Total == 1 {
		p.sayOne(&err.Conflicts[0])
	}
	for i := range err.Conflicts {
		c := &err.Conflicts[i]
		body := conflictBody{Layer: c.Layer, ID: c.Yours.ID, Op: c.Op, Seen: c.Seen}
		if c.Op != layers.Delete {
			f := featureJSON(&c.Yours)
			body.Yours = &f
		}
		if c.Theirs != nil {
			f := featureJSON(c.Theirs)
			body.Theirs = &f
		}
		p.Conflicts = append(p.Conflicts, body)
	}
	return p
}

// sayOne says it plainer where an edit finds what it brings, or nothing to work on, and
// its author told of no version that was seen.
func (p *problem) sayOne(c *layers.Conflict) {
	switch {
	case c.Seen != 0:
	case c.Op == layers.Add && c.Theirs != nil:
		p.Message = geo.Tf("图层 %s 中已有要素 %s", "layer %s has a feature %s already", c.Layer, c.Yours.ID)
		p.Fixes = []geo.Text{geo.T("不给标识（由系统生成）或另取标识；若要修改已有要素，改用 change", "leave the id away, or take another; to alter the one that is there, use change")}
	case c.Op != layers.Add && c.Theirs == nil:
		p.Message = geo.Tf("图层 %s 中没有要素 %s，可能已被删除", "layer %s has no feature %s; it may have been deleted", c.Layer, c.Yours.ID)
		p.Fixes = []geo.Text{geo.T("检查标识；若方案中有删除它的编辑，先撤销该编辑", "check the id; if an edit of the scenario deletes it, take that edit away first")}
	}
}

func invalidProblem(err *layers.InvalidError) *problem {
	p := &problem{status: http.StatusUnprocessableEntity, Code: "invalid", Problems: err.Problems,
		Message: geo.Tf("有 %d 处内容不符合图层规定", "%d things break the rules of their layers", err.Total)}
	if len(err.Problems) > 0 {
		first := &err.Problems[0]
		where := strings.TrimSuffix(first.Layer+"/"+first.ID+" "+first.Field, " ")
		p.Message.ZH += "：" + where + " " + first.Message.ZH
		p.Message.EN += ": " + where + " " + first.Message.EN
	}
	return p
}

func notFound(what geo.Text) error {
	return &problem{status: http.StatusNotFound, Code: "not-found", Message: what}
}
