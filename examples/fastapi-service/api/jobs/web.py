import os

from fastapi import FastAPI, HTTPException

from jobs import queue

app = FastAPI()


@app.get('/healthz')
def health():
    queue.result_of(0)
    return {'ready': True, 'release': os.environ.get('VENVOY_RELEASE')}


@app.post('/jobs/{text}')
def add(text: str):
    return {'id': queue.add(text)}


@app.get('/jobs/{job}')
def job(job: int):
    found = queue.result_of(job)
    if found is None:
        raise HTTPException(404)
    return {'id': job, 'result': found[0]}
